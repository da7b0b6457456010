"""What all pages on reviews have in common: the service behind them, and what it says when it refuses."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import HTTPException, Path, Response

from heritage.errors import EntryRefused, GovernanceError
from heritage.ports.review_pages import ReviewPages
from heritage.web import desk
from heritage.web.desk import Asker, reason_of
from heritage.web.pages import Pages
from heritage.web.reviews.words import DONE, FAULTS, NO_CAMPAIGN, READS_ONLY, WORDS
from heritage.web.security import CsrfTokens, may_take_part
from heritage.web.tongue import Tongue

Known = TypeVar("Known")

CampaignId = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_TASK = r"^[\w.:-]{1,200}$"
TaskId = Annotated[str, Path(pattern=_TASK)]


@dataclass(frozen=True, slots=True)
class Told:
    """A text of a campaign, with its language."""

    text: str
    lang: str


class Desk(desk.Desk):
    """Draws pages for one person at a time."""

    def __init__(self, pages: Pages, reviews: Callable[[], ReviewPages], tokens: CsrfTokens) -> None:
        super().__init__(pages, tokens, "reviews", DONE)
        self._reviews = reviews

    @property
    def reviews(self) -> ReviewPages:
        return self._reviews()

    def render(self, asker: Asker, name: str, status: int = 200, **told: Any) -> Response:
        """A page from its template, with what each of them shows."""
        return super().render(asker, name, status, **(self._common(asker) | told))

    def draw(self, asker: Asker, name: str, **told: Any) -> str:
        """A part of a page, for a script of ours to put in."""
        return super().draw(asker, name, **(self._common(asker) | told))

    def check(self, asker: Asker, token: str) -> None:
        """Raises HTTPException 403 for a form that was not shown to this person, or who may only read."""
        super().check(asker, token)
        self.refuse_readers(asker)

    @staticmethod
    def refuse_readers(asker: Asker) -> None:
        """Raises HTTPException 403 for who may only read."""
        if not may_take_part(asker.user):
            raise HTTPException(403, asker.tongue.gettext(READS_ONLY))

    def find(self, asker: Asker, ask: Callable[[], Known], missing: str = NO_CAMPAIGN) -> Known:
        """What the service answers. Raises HTTPException 404 when it knows of no such thing, and 403 with the
        rule where one forbids it."""
        try:
            return ask()
        except KeyError as unknown:
            raise HTTPException(404, asker.tongue.gettext(missing)) from unknown
        except GovernanceError as refusal:
            raise HTTPException(403, self.said(asker, reason_of(refusal))) from refusal

    def attempt(
        self, asker: Asker, act: Callable[[], object], then: str, again: Callable[[str], Response]
    ) -> Response:
        """As all forms do; raises HTTPException 404 for what there is not."""
        try:
            return super().attempt(asker, act, then, again)
        except EntryRefused as refused:
            return again(fault_words(refused))
        except KeyError as unknown:
            raise HTTPException(404, asker.tongue.gettext(NO_CAMPAIGN)) from unknown

    @staticmethod
    def said(asker: Asker, sentence: str) -> str:
        """A sentence of ours in somebody's language."""
        return asker.tongue.gettext(asker.tongue.said(sentence))

    def _common(self, asker: Asker) -> dict[str, Any]:
        return {
            "words": WORDS,
            "takes_part": may_take_part(asker.user),
            "reads_only": READS_ONLY,
            "cause_name": lambda cause: self.reviews.causes().get(cause, cause),
            "told": lambda texts: told(texts, asker.tongue),
            "item_name": lambda item: self.reviews.name(item, asker.tongue.code),
        }


def may_be_a_task(task_id: str) -> bool:
    """Whether a text can be the id of a task; what cannot is not looked for."""
    return re.fullmatch(_TASK, task_id) is not None


def fault_words(refused: EntryRefused) -> str:
    """What to write instead, of the first field that cannot be."""
    field, said = refused.faults[0]
    return FAULTS.get(field, said)


def told(texts: Mapping[str, str], tongue: Tongue) -> Told:
    """A text in somebody's language, else in English, else in the first that there is."""
    lang = next((one for one in (tongue.code, "en") if one in texts), next(iter(texts)))
    return Told(texts[lang], lang)
