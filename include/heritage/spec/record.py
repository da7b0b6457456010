"""Which column is what: how the cells of a row make the fields of a record."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from heritage.spec.closed import Closed, Column, Lang, Url


def _regex(pattern: str) -> str:
    """RE2, whose time is linear in the text: what a register sends cannot make it hang."""
    import pyarrow as pa  # only where a pattern is given: Airflow parses descriptions again and again
    import pyarrow.compute as pc

    try:
        pc.match_substring_regex(pa.nulls(1, pa.string()), pattern)  # made of values, it would load pandas
    except pa.ArrowInvalid as error:
        raise ValueError(f"{pattern!r} is no RE2 regular expression: {error}") from None
    return pattern


def _with_group(pattern: str) -> str:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        pc.replace_substring_regex(pa.nulls(1, pa.string()), pattern, r"\1")
    except pa.ArrowInvalid:
        raise ValueError(f"{pattern!r} has no group: put what to keep into ( )") from None
    try:
        pc.replace_substring_regex(pa.nulls(1, pa.string()), pattern, r"\2")
    except pa.ArrowInvalid:
        return pattern
    raise ValueError(f"{pattern!r} has several groups: one says what to keep, make the others (?: )")


Regex = Annotated[str, StringConstraints(min_length=1), AfterValidator(_regex)]


def _horizontal(code: str) -> str:
    if code == "EPSG:4326":
        return code
    from pyproj import CRS  # only for others: Airflow parses descriptions again and again
    from pyproj.exceptions import CRSError

    try:
        crs = CRS.from_user_input(code)
    except CRSError:
        raise ValueError(f"{code} is no CRS that is known; look it up at https://epsg.io") from None
    if not (crs.is_geographic or crs.is_projected):
        raise ValueError(f"{code} ({crs.name}) does not say where on a map a point lies")
    return code


class Cell(Closed):
    """The text of one column or several joined, then: split into parts, stripped, extracted, prefixed.

    `split` cuts at a text; `part` (from 1) takes one of the parts, without it all of them are texts of
    their own. `strip` removes what a pattern matches, `extract` keeps what its group matches, `prefix` goes
    before what is left, if anything is.
    """

    column: Column | None = None
    columns: Annotated[list[Column], Field(min_length=2)] | None = None
    join: str = " "
    split: Annotated[str, StringConstraints(min_length=1)] | None = None
    part: Annotated[int, Field(ge=1, le=1000)] | None = None
    strip: Regex | None = None
    extract: Annotated[Regex, AfterValidator(_with_group)] | None = None
    prefix: Annotated[str, StringConstraints(min_length=1)] | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.column is None) == (self.columns is None):
            raise ValueError("give either column or columns")
        if self.part and not self.split:
            raise ValueError("part needs split")
        return self

    def read(self) -> list[str]:
        """The columns that this cell is made of."""
        return [self.column] if self.column else list(self.columns or ())

    def name(self) -> str:
        """The columns as a person names them."""
        return ", ".join(self.read())


def _named(given: Any) -> Any:
    """The name of a column alone stands for its cell."""
    return {"column": given} if isinstance(given, str) else given


def _several(given: Any) -> Any:
    """One source stands for a list of one."""
    return given if isinstance(given, list) else [given]


class DateCell(Cell):
    """A date of any precision; `date` is the order of day and month where it is written in figures."""

    date: Literal["ymd", "dmy", "mdy", "epoch_ms"] = "ymd"


Source = Annotated[Cell, BeforeValidator(_named, json_schema_input_type=Column | Cell)]
DateSource = Annotated[DateCell, BeforeValidator(_named, json_schema_input_type=Column | DateCell)]
Sources = Annotated[
    list[Source],
    Field(min_length=1),
    BeforeValidator(_several, json_schema_input_type=Column | Cell | list[Column | Cell]),
]


class Image(Closed):
    """The address or file name of an image, with its licence: an id for all, or a column. `date` is when the
    image was made."""

    column: Column
    licence: str | Cell
    author: Column | None = None
    date: DateSource | None = None


CRS_CODE = r"^[A-Z]+:\d+$"


class Point(Closed):
    """Where coordinates stand: two columns (`x` = longitude or easting, `y`), one `pair` column (also WKT),
    one `grid` column (a British or Irish grid reference, told by the CRS), or else the format's geometry."""

    x: Column | None = None
    y: Column | None = None
    pair: Column | None = None
    grid: Column | None = None
    order: Literal["lat_lon", "lon_lat"] = "lat_lon"
    crs: Annotated[str, StringConstraints(pattern=CRS_CODE), AfterValidator(_horizontal)] = "EPSG:4326"
    precision_m: float | None = Field(default=None, gt=0, le=1_000_000)

    @model_validator(mode="before")
    @classmethod
    def _geometry(cls, given: object) -> object:
        if isinstance(given, dict) and not {"x", "y", "pair", "grid"} & given.keys():
            return {**given, "x": "geometry.x", "y": "geometry.y"}
        return given

    @model_validator(mode="after")
    def _one_notation(self) -> Self:
        both = self.x is not None and self.y is not None
        if [both, self.pair is not None, self.grid is not None].count(True) != 1 or (
            not both and (self.x or self.y)
        ):
            raise ValueError("give x and y, or pair, or grid, or none of them for the format's own geometry")
        if self.grid and self.crs not in GRIDS:
            raise ValueError(f"a grid reference needs the CRS of its grid: {', '.join(GRIDS)}")
        return self

    def columns(self) -> list[str]:
        """The columns that hold the coordinates."""
        return [c for c in (self.x, self.y, self.pair, self.grid) if c]


GRIDS = ("EPSG:27700", "EPSG:29902", "EPSG:29903")
"""British National Grid and Irish Grid (TM65, TM75), whose references begin with letters."""


class Record(Closed):
    """Which column is what. `id` is kept to the letter; `name` maps a language to its column or columns.

    `url` holds the address of the register's entry; with a `url_template` it holds what goes into the
    template, and without it the id does. `only` names the rows to take by the texts of their columns:
    the others are no records, and are counted. `same_id` says what becomes of rows with one id.
    """

    id: Source
    name: dict[Lang, Sources] = Field(min_length=1)
    point: Point | None = None
    type: Source | None = None
    designation: Source | None = None
    municipality: Source | None = None
    country: Source | None = None
    address: Source | None = None
    inception: DateSource | None = None
    designated: DateSource | None = None
    image: Image | None = None
    links: list[Source] = Field(default_factory=list)
    url: Source | None = None
    url_template: Annotated[Url, StringConstraints(pattern=r"\{id\}")] | None = None
    restriction: Source | None = None
    only: dict[Column, Annotated[list[str], Field(min_length=1)]] = Field(default_factory=dict)
    same_id: Literal["reject", "first"] = "reject"

    def columns(self) -> set[str]:
        """Every column of the register that this mapping reads."""
        cells = [self.id, *(source for _, source in self.names())]
        single = (self.type, self.designation, self.municipality, self.country, self.address)
        cells += [c for c in (*single, self.url, self.restriction, self.inception, self.designated) if c]
        cells += self.links
        names = {column for cell in cells for column in cell.read()}
        names.update(self.only, self.point.columns() if self.point else (), self._image())
        return names

    def names(self) -> Iterator[tuple[str, Cell]]:
        """Language and source of every name, in the order of the description."""
        for lang, sources in self.name.items():
            for source in sources:
                yield lang, source

    def _image(self) -> list[str]:
        if self.image is None:
            return []
        licence = self.image.licence
        own = [self.image.column, *([self.image.author] if self.image.author else [])]
        own += self.image.date.read() if self.image.date else []
        return own + (licence.read() if isinstance(licence, Cell) else [])
