"""One file to download, in any format, or an archive around it."""

import re
from typing import Annotated, ClassVar, Literal

from pydantic import StringConstraints

from heritage.spec.harvest.published import Delimiter, Encoded, HeaderLine, Path, Published, Text

FileName = Annotated[str, StringConstraints(pattern=r"^\w[\w.\-]*$")]


class _File(Published):
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


class Csv(_File, Encoded):
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


class Json(_File, Encoded):
    """A JSON document with the list at `records`, or JSON Lines. Nested keys become `a.b` and `a[0]`."""

    protocol: Literal["json"]
    records: Path | None = None
    format: ClassVar[str] = "json"


class GeoJson(_File, Encoded):
    """A GeoJSON feature collection."""

    protocol: Literal["geojson"]
    format: ClassVar[str] = "geojson"


class _Layered(_File):
    layer: Text | None = None
    """The layer, where the file has several."""


class Shapefile(_Layered, Encoded):
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


FileHarvest = Csv | Excel | Json | GeoJson | Shapefile | GeoPackage | Kml | Gml | Xml
"""One file to download."""
