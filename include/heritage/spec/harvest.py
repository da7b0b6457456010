"""Where and how a register is published: one class a protocol, with the facts that it needs.

`format` says how the captured files are read; see `adapters.harvest.formats`.
"""

import codecs
import re
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from croniter import CroniterError, croniter  # type: ignore[import-untyped]
from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from heritage.spec.closed import Closed, Url

_PRESETS = ("@hourly", "@daily", "@weekly", "@monthly", "@quarterly", "@yearly")


def _comes_up(schedule: str) -> str:
    """A schedule that comes up some day. Airflow takes any text for one, and then never runs the DAG."""
    try:
        known = schedule in _PRESETS or (
            len(schedule.split()) == 5 and croniter(schedule, datetime(2026, 1, 1, tzinfo=UTC)).get_next()
        )
    except CroniterError:
        known = False
    if not known:
        raise ValueError(
            f"{schedule!r} never comes up: give five cron fields (minute, hour, day, month, weekday) "
            f"or one of {', '.join(_PRESETS)}"
        )
    return schedule


Schedule = Annotated[str, AfterValidator(_comes_up)]
FileName = Annotated[str, StringConstraints(pattern=r"^\w[\w.\-]*$")]
Text = Annotated[str, StringConstraints(min_length=1)]
Path = Annotated[str, StringConstraints(pattern=r"^[^.\s][^\s]*$")]
"""Keys on the way to a value in JSON, with dots between them."""
FileFormat = Literal["csv", "excel", "json", "geojson", "shapefile", "geopackage", "kml", "gml", "xml"]


class _Published(Closed):
    """What every protocol has: an address, how often to ask, and how the register says "nothing"."""

    url: Url
    schedule: Schedule = "@monthly"
    empty: list[str] = Field(default_factory=list)
    """Texts by which this register says "nothing", e.g. NULL; an empty cell always does."""

    format: ClassVar[str]

    def option(self, name: str, default: Any = None) -> Any:
        """A fact of the format where this protocol knows it (a CKAN resource may be any file format)."""
        return getattr(self, name, default)


_NO_FILES = ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "unicode-escape", "undefined")
"""Codecs for host names and for program text."""


class _Encoded(Closed):
    encoding: str = "utf-8"

    @field_validator("encoding")
    @classmethod
    def _encoding_is_known(cls, value: str) -> str:
        try:
            "".encode(value)  # unlike a look-up, this also refuses codecs that are not for text, as base64
            if codecs.lookup(value).name in _NO_FILES:
                raise LookupError
        except LookupError:
            raise ValueError(f"{value!r} is no known encoding; utf-8 and cp1252 are usual") from None
        return value


class _File(_Published):
    """One file to download, or a ZIP archive with one `member` (a pattern) to read."""

    file: FileName | None = None
    """The publisher's name for the file, where the address does not end in it."""
    member: Text | None = None

    @property
    def file_name(self) -> str:
        """Under which name the file is kept: the publisher's, or that of the address."""
        return self.file or safe_name(self.url)


def safe_name(address: str) -> str:
    """The last part of an address, made safe for a file."""
    last = address.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    return re.sub(r"[^\w.\-]", "_", last, flags=re.ASCII).lstrip(".") or "register"


Delimiter = Annotated[str, StringConstraints(min_length=1, max_length=1)]
HeaderLine = Annotated[int, Field(ge=1, le=1000)]


class Csv(_File, _Encoded):
    """Delimited text of any dialect; `header` is the line of the column names, counted from 1."""

    protocol: Literal["csv"]
    delimiter: Delimiter = ","
    header: HeaderLine = 1
    format: ClassVar[str] = "csv"


class Excel(_File):
    """A spreadsheet: xlsx, xls or ods. The first sheet unless named."""

    protocol: Literal["excel"]
    sheet: Text | None = None
    header: HeaderLine = 1
    format: ClassVar[str] = "excel"


class Json(_File, _Encoded):
    """A JSON document with the list at `records`, or JSON Lines. Nested keys become `a.b` and `a[0]`."""

    protocol: Literal["json"]
    records: Path | None = None
    format: ClassVar[str] = "json"


class GeoJson(_File, _Encoded):
    """A GeoJSON feature collection."""

    protocol: Literal["geojson"]
    format: ClassVar[str] = "geojson"


class _Layered(_File):
    layer: Text | None = None
    """The layer, where the file has several."""


class Shapefile(_Layered, _Encoded):
    """A ZIP with .shp, .dbf, .shx and .prj; `encoding` holds where there is no .cpg."""

    protocol: Literal["shapefile"]
    format: ClassVar[str] = "shapefile"


class GeoPackage(_Layered):
    """A GeoPackage."""

    protocol: Literal["geopackage"]
    format: ClassVar[str] = "geopackage"


class Kml(_Layered):
    """KML, or KMZ."""

    protocol: Literal["kml"]
    format: ClassVar[str] = "kml"


class Gml(_Layered):
    """A GML file."""

    protocol: Literal["gml"]
    format: ClassVar[str] = "gml"


class Xml(_File):
    """Any XML: every element `records` is a row, its columns are paths of local names.

    An element is `a/b`, an attribute `a/@b`, a second element of one name `a[2]`, one with a language of its
    own `a[@lang=en]`. Where two namespaces share a name, the prefix in the file tells them apart: `edm:type`.
    """

    protocol: Literal["xml"]
    records: Text
    format: ClassVar[str] = "xml"


class ArcGis(_Published):
    """A layer of an ArcGIS feature or map service: the address ends in the number of the layer."""

    protocol: Literal["arcgis"]
    url: Annotated[Url, StringConstraints(pattern=r"/(Feature|Map)Server/\d+$")]
    where: Text = "1=1"
    format: ClassVar[str] = "esrijson"


class Wfs(_Published):
    """A feature type of a Web Feature Service 2.0; `url` is the service's address."""

    protocol: Literal["wfs"]
    layer: Text
    format: ClassVar[str] = "features"


class OgcApi(_Published):
    """A collection of an OGC API Features service: `…/collections/<name>`."""

    protocol: Literal["ogcapi"]
    url: Annotated[Url, StringConstraints(pattern=r"/collections/[^/?]+$")]
    format: ClassVar[str] = "geojson"


class Ckan(_Published, _Encoded):
    """A resource of a CKAN portal: a file, or a table of its datastore."""

    protocol: Literal["ckan"]
    package: Text
    resource: Text
    """Id or name of the resource."""
    format: FileFormat | Literal["datastore"] = "datastore"  # type: ignore[misc]
    delimiter: Delimiter = ","
    header: HeaderLine = 1
    member: Text | None = None
    sheet: Text | None = None
    layer: Text | None = None
    records: Path | None = None


class Opendatasoft(_Published):
    """A dataset of an Opendatasoft portal (Explore API 2.1), taken as its export in JSON Lines."""

    protocol: Literal["opendatasoft"]
    dataset: Text
    format: ClassVar[str] = "json"


class Socrata(_Published):
    """A dataset of a Socrata portal: `https://<host>/resource/<four>-<four>`."""

    protocol: Literal["socrata"]
    url: Annotated[Url, StringConstraints(pattern=r"/resource/[a-z0-9]{4}-[a-z0-9]{4}$")]
    format: ClassVar[str] = "json"


class OaiPmh(_Published):
    """An OAI-PMH repository; a row is a record that is not deleted.

    Columns are `header/identifier`, `header/datestamp`, `header/setSpec`, and the elements of the metadata
    below its root as in the protocol `xml`: `title`, `title[2]`, `title[@lang=en]`.
    """

    protocol: Literal["oaipmh"]
    prefix: Text
    set: Text | None = None
    format: ClassVar[str] = "oaipmh"


_PROLOGUE = re.compile(r"(?:\s|#[^\n]*|PREFIX\s+[^\s:]*:\s*<[^>\s]*>|BASE\s+<[^>\s]*>)*", re.IGNORECASE)


class Sparql(_Published):
    """A SPARQL endpoint; `query` selects one row a record, paged by the variable of `record.id`.

    Columns are its variables. A text with a language stands at `name`, and at `name@en` where the
    description reads that. The query is taken into another one, which counts, orders and limits it.
    """

    protocol: Literal["sparql"]
    query: Text
    page: Annotated[int, Field(ge=1, le=100_000)] = 5000
    format: ClassVar[str] = "sparql"

    @field_validator("query")
    @classmethod
    def _selects(cls, value: str) -> str:
        select = value[len(_prologue(value)) :]
        if not re.match(r"SELECT\b", select, re.IGNORECASE):
            raise ValueError("it is no SELECT: after PREFIX and BASE the query begins with SELECT")
        if re.search(r"\bFROM\s+(NAMED\s+)?(<|\w*:)", select.partition("{")[0], re.IGNORECASE):
            raise ValueError("FROM cannot stand in a query that is paged: write GRAPH <…> { … } in its WHERE")
        return value

    def parts(self) -> tuple[str, str]:
        """The declarations of the query, and its SELECT."""
        prologue = _prologue(self.query)
        return prologue, self.query[len(prologue) :]

    def selects(self, variable: str) -> bool:
        """True when the query speaks of this variable."""
        return re.search(rf"[?$]{re.escape(variable)}\b", self.query) is not None


def _prologue(query: str) -> str:
    found = _PROLOGUE.match(query)
    return found[0] if found else ""


class Wikipedia(_Published):
    """Monument lists of a Wikipedia: a row is a call of the row template, its columns are the parameters.

    Beside them stand `page`, `page.url` and `page.revision`, and where the description reads them
    `<parameter>.link` (the page that a value links to), `<parameter>.lat` and `.lon` (of a coordinates
    template). With `header`, the template that opens a list, its parameters are `header.<parameter>` of every
    row below. Pages come from the namespaces of content, as the wiki calls them; lists in others (4 are the
    project's own pages) name theirs.
    """

    protocol: Literal["wikipedia"]
    template: Text
    header: Text | None = None
    namespaces: list[Annotated[int, Field(ge=0)]] | None = Field(default=None, min_length=1)
    format: ClassVar[str] = "wikipedia"


class Ksamsok(_Published):
    """K-samsök, the aggregator of Swedish heritage: records that answer a CQL query."""

    protocol: Literal["ksamsok"]
    query: Text
    format: ClassVar[str] = "ksamsok"


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


class Rest(_Published):
    """Pages of JSON with the list at `records` and, where the service tells one, the count at `total`."""

    protocol: Literal["rest"]
    records: Path | None = None
    total: Path | None = None
    paging: Paging | None = None
    format: ClassVar[str] = "json"


FileHarvest = Csv | Excel | Json | GeoJson | Shapefile | GeoPackage | Kml | Gml | Xml
"""One file to download."""
_Service = (
    ArcGis | Wfs | OgcApi | Ckan | Opendatasoft | Socrata | OaiPmh | Sparql | Wikipedia | Ksamsok | Rest
)
PROTOCOLS: dict[str, type[Closed]] = {
    get_args(model.model_fields["protocol"].annotation)[0]: model
    for model in (*get_args(FileHarvest), *get_args(_Service))
}
"""Every protocol by the name that a description calls it."""
Harvest = Annotated[FileHarvest | _Service, Field(discriminator="protocol")]
