"""How identifiers of Wikidata properties are written: data with its source, not knowledge in code."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from heritage.spec.closed import Closed, Pid
from heritage.spec.record import Regex
from heritage.spec.yaml_model import read_model


class IdentifierFormat(Closed):
    """`format` matches a whole identifier (RE2); `source` says where anybody can check that."""

    property: Pid
    format: Regex
    source: Annotated[str, StringConstraints(min_length=1)]


class IdentifierFormats(Closed):
    """Formats that somebody has confirmed; a property that is not among them has no known format."""

    properties: list[IdentifierFormat] = Field(default_factory=list)

    def of(self, property: str | None) -> str | None:
        """The format of a property, None when nobody has confirmed one."""
        return next((one.format for one in self.properties if one.property == property), None)


def load_identifier_formats(path: Path) -> IdentifierFormats:
    """The formats in force. Raises SpecError naming the file and the key."""
    return read_model(path, IdentifierFormats)
