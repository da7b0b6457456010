"""The pages on uploads: the calendar, each batch, and the orders that people give about it."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Form, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse

from heritage.errors import EntryRefused, OrderRefused
from heritage.model.edit import EditState
from heritage.model.upload import Action
from heritage.ports.upload_pages import BatchPage, UploadServices
from heritage.web.pages import REASON_LIMIT, Pages, relative_root
from heritage.web.security import CsrfTokens, may_order
from heritage.web.services import User
from heritage.web.upload_words import ORDERS, STATES, UPLOAD_WORDS, remedy, time_left

TO_CONFIRM = frozenset({Action.CANCEL, Action.UNDO})
"""What cannot be taken back is asked for once more, with what it would do."""
_NO_BATCH = "There is no such batch in the journal; one is written down when its upload begins."
_NOT_YOURS = (
    "Only operators and administrators of this installation order about uploads (the roles Op and Admin)."
)

BatchId = Annotated[str, Path(pattern=r"^[\w.-]+$", max_length=60)]


class UploadPages:
    """Draws the pages for one person at a time, with a form only for those who may order."""

    def __init__(self, pages: Pages, services: UploadServices, tokens: CsrfTokens) -> None:
        self._pages = pages
        self._services = services
        self._tokens = tokens

    def render(self, name: str, request: Request, user: User, status: int = 200, **told: Any) -> Response:
        """A page from its template."""
        may = may_order(user)
        return self._pages.render(
            name,
            status,
            root=relative_root(request),
            words=UPLOAD_WORDS,
            may_order=may,
            token=self._tokens.token(user) if may else "",
            reason_limit=REASON_LIMIT,
            **told,
        )

    def uploads(self, request: Request, user: User) -> Response:
        """The calendar and all batches."""
        rows = self._pages.batches()
        begun = [row.batch.batch_id for row in rows if row.batch.batch_id]
        return self.render(
            "uploads",
            request,
            user,
            rows=rows,
            states=list(EditState),
            standings={batch_id: self._services.standing(batch_id) for batch_id in begun},
            kept=self._services.plan(),
            entry=self._services.capacity(),
        )

    def batch(
        self, request: Request, user: User, found: BatchPage, message: str = "", status: int = 200
    ) -> Response:
        """One batch."""
        return self.render(
            "batch",
            request,
            user,
            status,
            found=found,
            states=list(EditState),
            state_words=STATES,
            orders=ORDERS,
            remedy=remedy,
            time_left=time_left(found),
            message=message,
        )

    def found(self, batch_id: str, page: int = 1, only: EditState | None = None) -> BatchPage:
        """Raises HTTPException 404 when there is none."""
        found = self._services.batch(batch_id, page, only)
        if found is None:
            raise HTTPException(404, _NO_BATCH)
        return found

    def refuse_others(self, user: User, token: str) -> None:
        """Raises HTTPException 403 for a form of another site, and for people who may only read."""
        self._tokens.check(token, user)
        if not may_order(user):
            raise HTTPException(403, _NOT_YOURS)


def add_uploads(
    app: FastAPI, pages: Pages, reader: Callable[..., User], services: UploadServices, tokens: CsrfTokens
) -> None:
    """Adds the routes; that somebody is logged in is settled for the whole app, who may order is here."""
    drawn = UploadPages(pages, services, tokens)
    _add_calendar(app, drawn, reader, services)
    _add_batches(app, drawn, reader, services)


def _add_calendar(
    app: FastAPI, drawn: UploadPages, reader: Callable[..., User], services: UploadServices
) -> None:
    @app.get("/uploads")
    def uploads(request: Request, user: Annotated[User, Depends(reader)]) -> Response:
        return drawn.uploads(request, user)

    @app.get("/uploads/capacity")
    def capacity(request: Request, user: Annotated[User, Depends(reader)]) -> Response:
        return drawn.render("capacity", request, user, entry=services.capacity(), faults={}, given={})

    @app.post("/uploads/capacity")
    def enter_capacity(
        request: Request,
        user: Annotated[User, Depends(reader)],
        edits_per_week: Annotated[str, Form()] = "",
        hours_per_week: Annotated[str, Form()] = "",
        reserve_hours: Annotated[str, Form()] = "",
        open_requests: Annotated[str, Form()] = "",
        mean_hours: Annotated[str, Form()] = "",
        token: Annotated[str, Form()] = "",
    ) -> Response:
        drawn.refuse_others(user, token)
        given = {
            "edits_per_week": edits_per_week.strip(),
            "hours_per_week": hours_per_week.strip(),
            "reserve_hours": reserve_hours.strip(),
            "helpdesk.open_requests": open_requests.strip(),
            "helpdesk.mean_hours": mean_hours.strip(),
        }
        try:
            services.enter_capacity(user.name, _merged(services, given))
        except EntryRefused as refused:
            entry, faults = services.capacity(), dict(refused.faults)
            return drawn.render("capacity", request, user, 422, entry=entry, faults=faults, given=given)
        return RedirectResponse("../uploads", 303)


def _add_batches(
    app: FastAPI, drawn: UploadPages, reader: Callable[..., User], services: UploadServices
) -> None:
    @app.get("/uploads/{batch_id}")
    def batch(
        request: Request,
        user: Annotated[User, Depends(reader)],
        batch_id: BatchId,
        page: str = "",
        state: str = "",
    ) -> Response:
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 8 else 1
        only = EditState(state) if state in list(EditState) else None
        return drawn.batch(request, user, drawn.found(batch_id, number, only))

    @app.post("/uploads/{batch_id}/orders")
    def order(
        request: Request,
        user: Annotated[User, Depends(reader)],
        batch_id: BatchId,
        action: Annotated[str, Form()],
        reason: Annotated[str, Form()] = "",
        confirmed: Annotated[str, Form()] = "",
        token: Annotated[str, Form()] = "",
    ) -> Response:
        drawn.refuse_others(user, token)
        if action not in list(Action):
            raise HTTPException(422, "There is no such order.")
        wanted, reason = Action(action), reason.strip()
        found = drawn.found(batch_id)
        if not reason or len(reason) > REASON_LIMIT:
            told = f"Say why, in at most {REASON_LIMIT:,} characters: others will ask."
            return drawn.batch(request, user, found, told, 422)
        if wanted in TO_CONFIRM and wanted in found.standing.allowed and not confirmed:
            return drawn.render(
                "confirm", request, user, found=found, action=wanted, reason=reason, orders=ORDERS
            )
        try:
            services.order(user.name, batch_id, wanted, reason)
        except OrderRefused as refusal:
            return drawn.batch(request, user, drawn.found(batch_id), str(refusal), 409)
        return RedirectResponse(f"../{batch_id}", 303)


def _merged(services: UploadServices, given: Mapping[str, str]) -> Mapping[str, Any]:
    """The form over what stands: weeks, skills, freezes and the rest are entered elsewhere and stay."""
    content: dict[str, Any] = services.capacity().capacity.model_dump(mode="json")
    for field, text in given.items():
        part, _, name = field.rpartition(".")
        empty = part == "helpdesk" and not text  # its own list counts then
        (content[part] if part else content)[name] = None if empty else text
    return content
