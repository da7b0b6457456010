"""Any service that hands out pages of JSON."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from heritage.spec.closed import Closed
from heritage.spec.harvest.published import Path, Published, Text


class Paging(Closed):
    """How a service hands out pages.

    `page` and `offset` count on from `first`; `cursor` sends what stands at `next` in the answer, `link`
    goes to the address that stands there.
    """

    style: Literal["page", "offset", "cursor", "link"]
    parameter: Text | None = None
    size_parameter: Text | None = None
    size: Annotated[int, Field(ge=1, le=10_000)] = 100
    first: int | str | None = None
    next: Path | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.style != "link" and not self.parameter:
            raise ValueError(f"the style {self.style} needs the name of its parameter")
        if self.style in ("cursor", "link") and not self.next:
            raise ValueError(f"the style {self.style} needs next, the path of it in the answer")
        return self


class Rest(Published):
    """Pages of JSON with the list at `records` and, where the service tells one, the count at `total`."""

    protocol: Literal["rest"]
    records: Path | None = None
    total: Path | None = None
    paging: Paging | None = None
    format: ClassVar[str] = "json"
