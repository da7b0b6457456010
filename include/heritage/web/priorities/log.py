"""The decision log as a page and as files, with whether it is as it was written; and who is who."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Response

from heritage.governance.settings import Role
from heritage.web.desk import PAGE_SIZE, Asker, number_of, paged
from heritage.web.pages import HEADERS
from heritage.web.priorities.desk import Desk
from heritage.web.priorities.minutes import line_of

_KINDS = {"json": "application/json", "html": "text/html; charset=utf-8"}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def add_log(app: FastAPI, desk: Desk, asker: Any) -> None:
    """Adds the routes."""
    governance = desk.governance

    @app.get("/priorities/log")
    def log(asked: Annotated[Asker, Depends(asker)], page: str = "", decision: str = "") -> Response:
        decisions, faults = governance.log.checked()
        wanted = number_of(decision)
        if wanted and wanted <= len(decisions):
            page = str((len(decisions) - wanted) // PAGE_SIZE + 1)
        shown, number, pages = paged(decisions[::-1], page)
        names = governance.terms().names_public
        hides = desk.hides(desk.roles(asked))
        lines = [
            line_of(one, governance.in_round(one.round_id, one.proposal_id), names, hides) for one in shown
        ]
        return desk.render(
            asked,
            "log",
            lines=lines,
            faults=faults,
            all=len(decisions),
            instant=datetime.fromisoformat,
            at=number,
            pages=pages,
        )

    @app.get("/priorities/decisions.{kind}")
    def download(
        kind: Annotated[str, Path(pattern="^(json|html)$")],
    ) -> Response:
        content = governance.log.exported(kind)
        headers = {
            **HEADERS,
            "Content-Security-Policy": _POLICY,
            "Content-Disposition": f'attachment; filename="heritage-decisions.{kind}"',
        }
        return Response(content, media_type=_KINDS[kind], headers=headers)

    @app.get("/priorities/people")
    def people(asked: Annotated[Asker, Depends(asker)]) -> Response:
        terms, today = governance.terms(), governance.now().date()
        return desk.render(
            asked,
            "people",
            today=today,
            members=[one for one in terms.members if one.ends >= today],
            past=[one for one in terms.members if one.ends < today],
            others={role: terms.roles[role] for role in Role if terms.roles.get(role)},
        )
