"""What endangers a place: the categories of cause, and the words that registers have for them."""

from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from heritage.risk.text import fold
from heritage.spec.closed import Closed, Url

CauseId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Cause(Closed):
    """A category, with what it means. `words` are what registers write for it, in any case, beside its id and
    label."""

    id: CauseId
    label: str
    meaning: str = ""
    words: tuple[str, ...] = ()
    named: bool = True
    """False for what a source says instead of a cause: that it cannot tell, or that there is none."""


class Causes(Closed):
    """The vocabulary `_vocabularies/risk/causes.yaml`; a word belongs to one category."""

    version: int
    source: str
    source_url: Url
    causes: tuple[Cause, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _words_once(self) -> Self:
        holder: dict[str, str] = {}
        for cause in self.causes:
            for word in {_key(word) for word in (cause.id, cause.label, *cause.words)}:
                if word in holder:
                    raise ValueError(f"{word!r} stands for both {holder[word]} and {cause.id}")
                holder[word] = cause.id
        return self

    @cached_property
    def ids(self) -> frozenset[str]:
        """All categories."""
        return frozenset(cause.id for cause in self.causes)

    @cached_property
    def names(self) -> dict[str, str]:
        """What people read for each category that names a cause."""
        return {cause.id: cause.label for cause in self.causes if cause.named}

    @cached_property
    def _of(self) -> dict[str, str]:
        return {
            _key(word): cause.id for cause in self.causes for word in (cause.id, cause.label, *cause.words)
        }

    def read(self, word: str) -> str | None:
        """The id of the category that a register's word names; None when the word is unknown."""
        return self._of.get(_key(word))


def _key(word: str) -> str:
    return fold(word).casefold()
