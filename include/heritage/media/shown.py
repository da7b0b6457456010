"""What may be told with one image, gathered from the record as it was let out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """How a licence is marked on Commons: a template, the item of the licence and that of the copyright
    status. `attribution`: whom to name stands in the template."""

    template: str
    licence: str
    status: str
    attribution: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One image. `page` and `address` are where the source describes it and where it lies; None where that
    may not be told. `date` is EDTF."""

    qid: str
    caption: str
    lang: str
    publisher: str
    mark: Mark
    author: str | None = None
    date: str | None = None
    page: str | None = None
    address: str | None = None

    @property
    def credit(self) -> str:
        """Whom the licence wants to be named."""
        return " / ".join(one for one in (self.author, self.publisher) if one)
