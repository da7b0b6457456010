"""Open data portals."""

from typing import Annotated, ClassVar, Literal

from pydantic import StringConstraints

from heritage.spec.closed import Url
from heritage.spec.harvest.published import Delimiter, Encoded, HeaderLine, Path, Published, Text

FileFormat = Literal["csv", "excel", "json", "geojson", "shapefile", "geopackage", "kml", "gml", "xml"]


class Ckan(Published, Encoded):
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


class Opendatasoft(Published):
    """A dataset of an Opendatasoft portal (Explore API 2.1), taken as its export in JSON Lines."""

    protocol: Literal["opendatasoft"]
    dataset: Text
    format: ClassVar[str] = "json"


class Socrata(Published):
    """A dataset of a Socrata portal: `https://<host>/resource/<four>-<four>`."""

    protocol: Literal["socrata"]
    url: Annotated[Url, StringConstraints(pattern=r"/resource/[a-z0-9]{4}-[a-z0-9]{4}$")]
    format: ClassVar[str] = "json"
