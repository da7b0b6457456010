"""What the sections that people act in have in common: who asks and how they read, the pages and forms of one
person, and lists page by page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from heritage.errors import GovernanceError, HeritageError
from heritage.model.said import Said
from heritage.web.pages import REASON_LIMIT, Pages, relative_root
from heritage.web.security import CsrfTokens
from heritage.web.services import User
from heritage.web.tongue import LANGUAGES, Tongue, tongue_of

LANGUAGE, ZONE = "heritage_language", "heritage_zone"
_YEAR = 365 * 86400
PAGE_SIZE = 25
_FIELDS = 800
"""Fields of one form; a page has fewer."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who is logged in, with the request that they made and how they read."""

    request: Request
    user: User
    tongue: Tongue
    chosen: str
    """The language that the address asks for, if one."""


class Desk:
    """Draws the pages of one section for one person at a time, and refuses what a form may not do."""

    def __init__(self, pages: Pages, tokens: CsrfTokens, section: str, done: Mapping[str, str]) -> None:
        """`section` names the folder of its templates and its place in the navigation; `done` says what was
        done, by the word that stands in the address after a form was sent."""
        self._pages, self._tokens, self._section, self._done = pages, tokens, section, done

    def render(self, asker: Asker, name: str, status: int = 200, **told: Any) -> Response:
        """A page from its template, with what each of them shows."""
        done = asker.request.query_params.get("done", "")
        answer = self._pages.render(
            f"{self._section}/{name}",
            status,
            section=self._section,
            languages=LANGUAGES,
            here=_here(asker.request),
            me=asker.user.name,
            **self.spoken(asker),
            **({"message": self._done.get(done, "")} | told),
        )
        if asker.chosen in LANGUAGES:
            keep(answer, asker.request, LANGUAGE, asker.chosen)
        return answer

    def draw(self, asker: Asker, name: str, **told: Any) -> str:
        """A part of a page, for a script of ours to put in."""
        return self._pages.draw(f"{self._section}/{name}", **(self.spoken(asker) | told))

    def spoken(self, asker: Asker) -> dict[str, Any]:
        """What every template needs: the language, the way up, the token of this person's forms."""
        return {
            "tongue": asker.tongue,
            "root": relative_root(asker.request),
            "token": self.token(asker),
            "reason_limit": REASON_LIMIT,
        }

    def token(self, asker: Asker) -> str:
        """For a form that is shown to this person."""
        return self._tokens.token(asker.user)

    def check(self, asker: Asker, token: str) -> None:
        """Raises HTTPException 403 for a form that was not shown to this person."""
        self._tokens.check(token, asker.user)

    def attempt(
        self, asker: Asker, act: Callable[[], object], then: str, again: Callable[[str], Response]
    ) -> Response:
        """Does what a form asks for and leads on to `then`, an address below that of the pages; where a rule
        forbids it, draws the page `again` with the reason."""
        try:
            act()
        except GovernanceError as refusal:
            return again(reason_of(refusal))
        return RedirectResponse(relative_root(asker.request) + then, 303)

    @staticmethod
    def told(answer: Response, done: str) -> Response:
        """The way on to a page that says what was done; a page that refuses stays as it is."""
        if answer.status_code == 303:
            answer.headers["location"] += f"?done={done}"
        return answer


def reason_of(refusal: HeritageError) -> str:
    """The sentence of a refusal, as one that can be said in other languages where it is one."""
    said = refusal.args[0] if refusal.args else ""
    return said if isinstance(said, Said) else str(refusal)


def asker_of(reader: Callable[..., User]) -> Callable[..., Asker]:
    """The dependency of every route of such a section."""

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


async def form_of(request: Request) -> FormData:
    """The dependency that reads a form whose fields are not known beforehand."""
    return await request.form(max_files=0, max_fields=_FIELDS)


def text_of(form: FormData, name: str) -> str:
    """A field of a form, without space around it; empty when it is not there, or a file."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def page_number(text: str) -> int:
    """A page from an address; what is no number is the first."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def number_of(text: str) -> int | None:
    """A number that somebody typed; None for what is none."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def paged(everything: Any, page: str) -> tuple[Any, int, int]:
    """One page of a sequence, its number and how many there are."""
    pages = max(1, -(-len(everything) // PAGE_SIZE))
    number = min(page_number(page), pages)
    return everything[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, pages


def _here(request: Request) -> str:
    """The way of the page's address below that of the pages, to come back to it."""
    root: str = request.scope.get("root_path", "")
    return request.url.path.removeprefix(root).lstrip("/")
