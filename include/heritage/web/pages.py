"""The pages as HTML: what each shows, and the headers that keep foreign content from acting."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse

from heritage.adapters.reports.level_shapes import LEVEL_SHAPES
from heritage.governance.ballot import Answer
from heritage.model.governance import Round
from heritage.model.shown import printable, shorten
from heritage.ports.overview import BatchRow
from heritage.web.security import CsrfTokens
from heritage.web.services import Services, User

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; frame-src 'self'; form-action 'self'; "
    "frame-ancestors 'self'"
)
_REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
_ANSWERS = {
    Answer.FOR: "for",
    Answer.AGAINST: "against",
    Answer.ABSTAIN: "abstain",
    Answer.RECUSED: "recused (I have an interest in this)",
}
REASON_LIMIT = 2000


class Templates:
    """Draws pages from what they are given."""

    def __init__(self) -> None:
        self._templates = _environment()

    def render(
        self,
        name: str,
        status: int = 200,
        headers: dict[str, str] | None = None,
        root: str = "",
        policy: str = _PAGE_POLICY,
        **context: Any,
    ) -> HTMLResponse:
        """A page from its template. `root` is the way up to the pages' own address, `policy` what it may
        load: nothing but style sheets of ours, unless said otherwise."""
        content = self.draw(name, page=name, root=root, **context)
        return HTMLResponse(
            content, status, {**HEADERS, "Content-Security-Policy": policy, **(headers or {})}
        )

    def draw(self, name: str, **context: Any) -> str:
        """The text of a template."""
        return self._templates.get_template(f"{name}.html.j2").render(**context)


class Pages(Templates):
    """Renders from the services; nothing here changes anything."""

    def __init__(self, services: Services, tokens: CsrfTokens) -> None:
        super().__init__()
        self._services = services
        self._tokens = tokens

    def priorities(self, user: User, message: str = "", status: int = 200) -> HTMLResponse:
        """Open rounds with a form for each proposal, and the latest report."""
        return self.render(
            "priorities",
            status,
            message=message,
            has_report=self._services.report() is not None,
            ballots=[self._ballot(opened, user) for opened in self._services.open_rounds()],
            token=self._tokens.token(user),
            answers=_ANSWERS,
            reason_limit=REASON_LIMIT,
        )

    def datasets(self) -> HTMLResponse:
        return self.render("datasets", rows=self._services.datasets())

    def batches(self) -> Sequence[BatchRow]:
        """All batches, newest first."""
        return self._services.batches()

    def report(self) -> HTMLResponse | None:
        """The latest report as it was written, without the right to run or load anything."""
        return _as_written(self._services.report())

    def checks(self, dataset: str, snapshot: str, name: str) -> HTMLResponse | None:
        """A page of a snapshot's checks as it was written, likewise."""
        return _as_written(self._services.checks_page(dataset, snapshot, name))

    def refused(
        self, message: str, status: int, headers: dict[str, str] | None = None, root: str = ""
    ) -> HTMLResponse:
        """Why something was refused."""
        return self.render("refused", status, headers, root, message=message)

    def _ballot(self, opened: Round, user: User) -> dict[str, Any]:
        """A round as one member sees it: own answers, and how many have answered, but not what."""
        votes = self._services.votes(opened.round_id)
        return {
            "round": opened,
            "member": user.can_vote and user.name in opened.seats,
            "own": {vote.proposal_id: vote for vote in votes if vote.member == user.name},
            "answered": Counter(vote.proposal_id for vote in votes if vote.member in opened.seats),
        }


def relative_root(request: Request) -> str:
    """The way from an address up to that of the pages: what a browser sees as folders counts, so an encoded
    slash is none."""
    path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    root: str = request.scope.get("root_path", "")
    below = path.partition(b"?")[0].removeprefix(root.encode())
    return "../" * (below.count(b"/") - 1)


def _as_written(content: str | None) -> HTMLResponse | None:
    if content is None:
        return None
    return HTMLResponse(content, headers={**HEADERS, "Content-Security-Policy": _REPORT_POLICY})


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("heritage.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: printable(value) if type(value) is str else value,
        trim_blocks=True,
    )
    environment.globals["level_shapes"] = LEVEL_SHAPES
    environment.filters["shorten"] = shorten
    environment.filters["number"] = lambda value: f"{value:,}"
    environment.filters["moment"] = lambda value: f"{value.day} {value:%B %Y, %H:%M} UTC"
    return environment
