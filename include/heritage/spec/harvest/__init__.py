"""Where and how a register is published: one class a protocol, with the facts that it needs.

`format` says how the captured files are read; see `adapters.harvest.formats`.
"""

from typing import Annotated, get_args

from pydantic import Field

from heritage.spec.closed import Closed
from heritage.spec.harvest.files import (
    Csv,
    Excel,
    FileHarvest,
    GeoJson,
    GeoPackage,
    Gml,
    Json,
    Kml,
    Shapefile,
    Xml,
    safe_name,
)
from heritage.spec.harvest.map_services import ArcGis, OgcApi, Wfs
from heritage.spec.harvest.portals import Ckan, Opendatasoft, Socrata
from heritage.spec.harvest.queries import Ksamsok, OaiPmh, Sparql, Wikipedia
from heritage.spec.harvest.rest import Paging, Rest

_Service = (
    ArcGis | Wfs | OgcApi | Ckan | Opendatasoft | Socrata | OaiPmh | Sparql | Wikipedia | Ksamsok | Rest
)
PROTOCOLS: dict[str, type[Closed]] = {
    get_args(model.model_fields["protocol"].annotation)[0]: model
    for model in (*get_args(FileHarvest), *get_args(_Service))
}
"""Every protocol by the name that a description calls it."""
Harvest = Annotated[FileHarvest | _Service, Field(discriminator="protocol")]

__all__ = [
    "PROTOCOLS",
    "ArcGis",
    "Ckan",
    "Csv",
    "Excel",
    "FileHarvest",
    "GeoJson",
    "GeoPackage",
    "Gml",
    "Harvest",
    "Json",
    "Kml",
    "Ksamsok",
    "OaiPmh",
    "OgcApi",
    "Opendatasoft",
    "Paging",
    "Rest",
    "Shapefile",
    "Socrata",
    "Sparql",
    "Wfs",
    "Wikipedia",
    "Xml",
    "safe_name",
]
