"""What all pages on priorities have in common: who asks, in which language, and in what roles."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from heritage.errors import GovernanceError
from heritage.governance.settings import GovernanceSettings, Role
from heritage.web.pages import REASON_LIMIT, Pages, relative_root
from heritage.web.priorities.words import NOT_YOURS, ROLES, WORDS, done_words
from heritage.web.security import CsrfTokens
from heritage.web.services import User
from heritage.web.tongue import LANGUAGES, Tongue, tongue_of
from heritage.wiring.priority_pages import PriorityPages

LANGUAGE, ZONE = "heritage_language", "heritage_zone"
_YEAR = 365 * 86400
PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who is logged in, with the request that they made and how they read."""

    request: Request
    user: User
    tongue: Tongue
    chosen: str
    """The language that the address asks for, if one."""


class Desk:
    """Draws pages for one person at a time, and refuses what is not theirs to do."""

    def __init__(self, pages: Pages, governance: PriorityPages, tokens: CsrfTokens) -> None:
        self.governance = governance
        self._pages = pages
        self._tokens = tokens

    def render(self, asker: Asker, name: str, status: int = 200, **told: Any) -> Response:
        """A page from its template, with what each of them shows."""
        terms = self.governance.terms()
        roles = self.roles(asker, terms)
        answer = self._pages.render(
            f"priorities/{name}",
            status,
            root=relative_root(asker.request),
            section="priorities",
            tongue=asker.tongue,
            languages=LANGUAGES,
            words=WORDS,
            here=_here(asker.request),
            terms=terms,
            me=asker.user.name,
            roles=roles,
            role_words=[ROLES[role] for role in Role if role in roles],
            person=lambda user: person_name(terms, user),
            token=self._tokens.token(asker.user),
            reason_limit=REASON_LIMIT,
            **({"message": done_words(asker.request.query_params.get("done", ""))} | told),
        )
        if asker.chosen in LANGUAGES:
            keep(answer, asker.request, LANGUAGE, asker.chosen)
        return answer

    def roles(self, asker: Asker, terms: GovernanceSettings | None = None) -> frozenset[Role]:
        """In which roles of the process somebody may act today."""
        user = asker.user
        terms = terms or self.governance.terms()
        return frozenset(role for role in Role if self.governance.may(user.name, user.roles, role, terms))

    def refuse_others(self, asker: Asker, token: str, allowed: Iterable[Role] = ()) -> None:
        """Raises HTTPException 403 for a form of another site, and for people in none of the roles."""
        self._tokens.check(token, asker.user)
        if allowed and not self.roles(asker) & set(allowed):
            raise HTTPException(403, asker.tongue.gettext(NOT_YOURS))

    def attempt(
        self, asker: Asker, act: Callable[[], object], then: str, again: Callable[[str], Response]
    ) -> Response:
        """Does what a form asks for and leads on to `then`, an address below that of the pages; where a rule
        forbids it, draws the page `again` with the reason."""
        try:
            act()
        except GovernanceError as refusal:
            return again(str(refusal))
        return RedirectResponse(relative_root(asker.request) + then, 303)

    @staticmethod
    def told(answer: Response, done: str) -> Response:
        """The way on to a page that says what was done; a page that refuses stays as it is."""
        if answer.status_code == 303:
            answer.headers["location"] += f"?done={done}"
        return answer


def asker_of(reader: Callable[..., User]) -> Callable[..., Asker]:
    """The dependency of every route here."""

    def asker(request: Request, user: Annotated[User, Depends(reader)], lang: str = "") -> Asker:
        cookies = request.cookies
        accepts = request.headers.get("accept-language", "")
        tongue = tongue_of(lang, cookies.get(LANGUAGE, ""), accepts, cookies.get(ZONE, ""))
        return Asker(request, user, tongue, lang)

    return asker


def keep(answer: Response, request: Request, name: str, value: str) -> None:
    """Keeps a choice of how to read in a cookie of the pages."""
    path = request.scope.get("root_path", "") or "/"
    answer.set_cookie(name, value, max_age=_YEAR, path=path, httponly=True, samesite="lax")


def person_name(terms: GovernanceSettings, user: str) -> str:
    """As the terms of reference call somebody, else their user name."""
    return next((member.name for member in terms.members if member.user == user and member.name), user)


def page_number(text: str) -> int:
    """A page from an address; what is no number is the first."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def _here(request: Request) -> str:
    """The way of the page's address below that of the pages, to come back to it."""
    root: str = request.scope.get("root_path", "")
    return request.url.path.removeprefix(root).lstrip("/")
