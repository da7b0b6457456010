"""The pages Priorities, Datasets, Uploads, Risk and Health as a FastAPI app that Airflow mounts."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Path, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse

from heritage.errors import GovernanceError, StoreRefused, StoreUnavailable
from heritage.web.assets import asset
from heritage.web.desk import form_of
from heritage.web.health import add_health
from heritage.web.matches import add_matches
from heritage.web.pages import Pages, relative_root
from heritage.web.priorities import add_priorities
from heritage.web.recon.asking import refused as refused_in_json
from heritage.web.recon.crossing import is_ours
from heritage.web.recon.service import BY_HEADER, add_reconciliation
from heritage.web.reviews import add_reviews
from heritage.web.risk import add_risk
from heritage.web.security import NO_TEXT, READING, CsrfTokens, reader_of, same_origin
from heritage.web.services import Services
from heritage.web.uploads import add_uploads

_AWAY = "Our files or our database cannot be reached. Nothing is lost; load the page again in a minute."
_TAMPERED = (
    "The record of what people decided and asked for is not whole. Nothing is shown until an engineer has "
    "looked: heritage decisions verify says what is wrong."
)

_NO_REPORT = (
    "There is no report to show: none was written yet, or somebody has asked since then to tell less of a "
    "site, and the next ranking writes it anew."
)


def create_app(services: Services, current_user: Callable[..., Any], secret: str) -> FastAPI:
    """The app. `current_user` is a FastAPI dependency that gives a `User` or None, or raises a 401;
    `secret` signs the forms. Pages link to each other relatively, so that any prefix will do."""
    reader = reader_of(current_user)
    tokens = CsrfTokens(secret)
    pages = Pages(services)
    app = FastAPI(
        title="Heritage Guard",
        dependencies=[Depends(_not_from_elsewhere), Depends(reader), Depends(_only_text)],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.add_exception_handler(HTTPException, _refusals(pages))
    app.add_exception_handler(
        RequestValidationError,
        lambda request, _: pages.refused(
            "The form or the address was not complete. Load the page again.",
            422,
            root=relative_root(request),
        ),
    )
    app.add_exception_handler(
        GovernanceError,
        lambda request, _: pages.refused(_TAMPERED, 503, root=relative_root(request)),
    )
    for away in (StoreUnavailable, StoreRefused):
        app.add_exception_handler(
            away, lambda request, _: pages.refused(_AWAY, 503, root=relative_root(request))
        )
    _add_reading(app, pages)
    if services.governance:
        add_priorities(app, pages, reader, services.governance, tokens, services.risk)
    if services.reviews:
        add_reviews(app, pages, reader, services.reviews, tokens, services.risk)
    add_risk(app, pages, services.risk, reports=services.reviews is not None)
    add_uploads(app, pages, reader, services.uploads, tokens)
    if services.health:
        add_health(app, pages, reader, services.health)
    if services.matches:
        add_matches(app, pages, services.matches)
    if services.reconciliation:
        add_reconciliation(app, pages, services.reconciliation, BY_HEADER)
    return app


def _not_from_elsewhere(request: Request) -> None:
    if not is_ours(request.scope):  # the reconciliation service answers all pages, and changes nothing
        same_origin(request)


async def _only_text(request: Request) -> None:
    """The dependency that refuses a form with characters that nobody types, and not every database takes."""
    if request.method in READING or is_ours(request.scope):
        return
    form = await form_of(request)
    if any(isinstance(value, str) and NO_TEXT.search(value) for _, value in form.multi_items()):
        raise HTTPException(422, "The form holds characters that are no text. Type it again.")


def _add_reading(app: FastAPI, pages: Pages) -> None:
    @app.get("/")
    def index() -> RedirectResponse:
        return RedirectResponse("priorities")

    @app.get("/report")
    def report() -> Response:
        found = pages.report()
        if found is None:
            raise HTTPException(404, _NO_REPORT)
        return found

    @app.get("/datasets")
    def datasets() -> Response:
        return pages.datasets()

    @app.get("/checks/{dataset}/{snapshot}/{name}.html")
    def checks(
        dataset: Annotated[str, Path(pattern=r"^[a-z0-9]+(_[a-z0-9]+)+$", max_length=100)],
        snapshot: Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")],
        name: Annotated[str, Path(pattern=r"^(checks|data_docs)$")],
    ) -> Response:
        found = pages.checks(dataset, snapshot, name)
        if found is None:
            raise HTTPException(404, "There is no such page: this snapshot has not been checked.")
        return found

    @app.get("/assets/{name}")
    def assets(name: str) -> Response:
        found = asset(name)
        if found is None:
            raise HTTPException(404, "There is no such file.")
        return found


def _refusals(pages: Pages) -> Callable[[Request, Exception], Response]:
    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - the handler is registered for this type
        headers = dict(error.headers or {})
        if is_ours(request.scope):
            return refused_in_json(str(error.detail), error.status_code, headers)
        return pages.refused(str(error.detail), error.status_code, headers, relative_root(request))

    return refused
