"""What every description says of its source, whether it holds records or areas of danger."""

from abc import ABC, abstractmethod
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from heritage.model.digest import digest_json
from heritage.spec.closed import Closed, Country, Qid, Url
from heritage.spec.harvest import Harvest
from heritage.spec.record import Point

DATASET_ID = r"^[a-z0-9]+(_[a-z0-9]+)+$"


class Publisher(Closed):
    name: str
    item: Qid | None = None


class Licence(Closed):
    """`id` is an SPDX id or one listed in `datasets/_vocabularies/licences.yaml`, `evidence` the page where
    the publisher says so.

    `maker` made the database, where that is not the publisher, and `maker_country` is where it is
    established (two letters), where that is not the country of the dataset's id. `covers_database_right` is
    said only where the publisher says otherwise than the licence. `third_party` says in a sentence what in
    the mapped columns is others' work, `legal_basis` which statute puts the data in the public domain.
    """

    id: str
    evidence: Url
    attribution: str | None = None
    maker: str = ""
    maker_country: Country | None = None
    covers_database_right: bool | None = None
    third_party: str = ""
    legal_basis: str = ""


class SourceSpec(Closed, ABC):
    """Who publishes it, under what licence, where, and how far that is confirmed.

    The methods are what a reader of its files has to know.
    """

    place_key: ClassVar[str]
    """The key of the description under which `place` stands."""
    whole_shapes: ClassVar[bool] = False
    """Whether its shapes are read whole; else a point stands for each."""

    id: Annotated[str, StringConstraints(pattern=DATASET_ID)]
    title: str
    description: str = ""
    publisher: Publisher
    maintainers: list[str] = Field(min_length=1)
    licence: Licence
    unverified: str = ""
    """What nobody could confirm about the source; it is never trusted silently."""
    sample: Literal["extract", "synthetic"]
    """Whether the bundled sample holds rows of the source, or rows made up in its layout."""
    harvest: Harvest

    @abstractmethod
    def place(self) -> Point | None:
        """Where the coordinates of a row stand, and in which CRS."""

    @abstractmethod
    def key(self) -> list[str]:
        """The columns of the id, which has to come to the letter."""

    def told_apart_by(self) -> list[str]:
        """The columns by which a service may sort its pages; none where nothing tells rows apart."""
        return self.key()

    @abstractmethod
    def accounted_columns(self) -> set[str]:
        """Every column that the description says something about."""

    @abstractmethod
    def reads(self, column: str) -> bool:
        """Whether damage to the column is damage to the row."""

    def digest(self) -> str:
        """Changes with any word of the description: an input of every step that reads it."""
        return digest_json(self.model_dump(mode="json", by_alias=True))

    def may_be_empty(self) -> bool:
        """Whether the source may say that there is nothing now."""
        return False

    @property
    def maker_country(self) -> str | None:
        """Where the maker of the data is established, None when that is not known."""
        code = self.id.split("_", 1)[0]
        return self.licence.maker_country or (code if len(code) == 2 else None)
