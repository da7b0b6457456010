"""A file on Wikimedia Commons as values: its page, its captions, and what it says as structured data."""

from dataclasses import dataclass, field

from heritage.model.edit import Snak, Value


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement about a file."""

    property: str
    value: Value
    qualifiers: tuple[Snak, ...] = ()


@dataclass(frozen=True, slots=True)
class FileContent:
    """All that is told with a file: the wikitext of its page, captions by language, and statements."""

    text: str
    captions: dict[str, str] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
