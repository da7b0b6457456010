"""What the local index of Wikidata holds and how old it may be: versioned data, not constants in code."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from heritage.model.digest import digest_json
from heritage.spec.closed import Closed, Pid, Qid
from heritage.spec.yaml_model import read_model

Count = Annotated[int, Field(ge=1)]
Days = Annotated[int, Field(ge=1)]


class IndexRules(Closed):
    """`datasets/_vocabularies/wikidata.yaml`; its comments say what each figure is for."""

    version: str
    fresh_days: Days
    changes_days: Annotated[int, Field(ge=1, le=28)]
    full_days: Days
    resume_days: Days
    filter_from_bytes: Count
    kept: Count
    most_items: Count
    classes_together: Count
    items_together: Count
    properties: list[Pid]
    classes: dict[Qid, str]

    def scope(self, identifiers: Collection[str], countries: Collection[str]) -> "Scope":
        """What belongs in the index of an installation whose descriptions name these."""
        return Scope(
            roots=tuple(sorted(self.classes)),
            properties=tuple(sorted(self.properties)),
            identifiers=tuple(sorted(identifiers)),
            countries=tuple(sorted(countries)),
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """Items of the classes below `roots` or with one of `properties`, and items with one of `identifiers`.

    A query service is asked for the first two in the `countries`, and where an item has none; a dump and the
    changes of the wiki are filtered by class and property alone.
    """

    roots: tuple[str, ...]
    properties: tuple[str, ...]
    identifiers: tuple[str, ...]
    countries: tuple[str, ...]

    @property
    def carried(self) -> tuple[str, ...]:
        """Every property whose carriers belong in the index."""
        return (*self.properties, *self.identifiers)

    def digest(self) -> str:
        """The same scope has the same digest."""
        return digest_json([self.roots, self.properties, self.identifiers, self.countries])[:16]


def load_index_rules(path: Path) -> IndexRules:
    """The rules in force. Raises SpecError naming the file and the key."""
    return read_model(path, IndexRules)
