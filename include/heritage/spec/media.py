"""How the images of a register go to Wikimedia Commons."""

import re
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import AfterValidator, Field, StringConstraints

from heritage.spec.closed import Closed, Lang, Qid

_HOLE = re.compile(r"\{([^{}]*)\}")


def _with_holes(*names: str) -> AfterValidator:
    """A text in which only these names stand in braces."""

    def check(text: str) -> str:
        unknown = [name for name in _HOLE.findall(text) if name not in names]
        rest = _HOLE.sub("", text)
        if unknown or "{" in rest or "}" in rest:
            raise ValueError(f"{text!r}: between braces there may stand {', '.join(names)} only")
        return text

    return AfterValidator(check)


Address = Annotated[str, StringConstraints(pattern=r"^(https?://\S+|\{file\})$"), _with_holes("file", "id")]
Title = Annotated[str, StringConstraints(min_length=1), _with_holes("name", "publisher", "id")]
PageName = Annotated[str, StringConstraints(pattern=r"^[^\[\]{}|#<>\n\t]{1,200}$")]
"""The name of a page without its namespace."""


class Media(Closed):
    """How the images in `record.image` go to Wikimedia Commons. Each goes by its own licence.

    `url` is where the best resolution lies, and `page` where the source describes the image (by default the
    register's entry); `{file}` stands for what `record.image.column` says, `{id}` for the record's id.
    `shows` is `place` for a photograph of the place (depicts), `work` for a faithful reproduction of a flat
    work that the item is about (digital representation of). `institution` and `partnership` name templates on
    Commons, `categories` pages there, all without their namespace; `institution_item` is the collection
    that holds the image, `operator` who runs the source, where that is not the publisher. `creators` gives
    the items of authors, as the register writes their names.
    """

    url: Address = "{file}"
    page: Address | None = None
    title: Title = "{name} - {publisher} - {id}"
    template: Literal["information", "artwork", "photograph"] = "information"
    shows: Literal["place", "work"] = "place"
    institution: PageName | None = None
    institution_item: Qid | None = None
    operator: Qid | None = None
    partnership: PageName | None = None
    categories: Annotated[list[PageName], Field(min_length=1)]
    creators: dict[str, Qid] = Field(default_factory=dict)
    lang: Lang = "en"
    """The language of captions and descriptions."""

    def called(self, name: str, publisher: str, record_id: str) -> str:
        """What the file is called, before it is made a title that a wiki takes."""
        texts = {"name": name, "publisher": publisher, "id": record_id}
        return _HOLE.sub(lambda hole: texts[hole[1]], self.title)

    def address(self, file: str, record_id: str) -> str:
        """Where the image lies."""
        return _filled(self.url, file=file, id=record_id)

    def described_at(self, file: str, record_id: str) -> str | None:
        """Where the source describes it, if not in the register's own entry."""
        return _filled(self.page, file=file, id=record_id) if self.page else None


def _filled(pattern: str, **texts: str) -> str:
    """In one pass: what a register writes is never read as a pattern."""
    if pattern == "{file}":
        return texts["file"]
    return _HOLE.sub(lambda hole: quote(texts[hole[1]], safe="/"), pattern)
