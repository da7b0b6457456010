"""Services of maps: layers of features, with their geometry."""

from typing import Annotated, ClassVar, Literal

from pydantic import StringConstraints

from heritage.spec.closed import Url
from heritage.spec.harvest.published import Published, Text


class ArcGis(Published):
    """A layer of an ArcGIS feature or map service: the address ends in the number of the layer."""

    protocol: Literal["arcgis"]
    url: Annotated[Url, StringConstraints(pattern=r"/(Feature|Map)Server/\d+$")]
    where: Text = "1=1"
    format: ClassVar[str] = "esrijson"


class Wfs(Published):
    """A feature type of a Web Feature Service 2.0; `url` is the service's address."""

    protocol: Literal["wfs"]
    layer: Text
    format: ClassVar[str] = "features"


class OgcApi(Published):
    """A collection of an OGC API Features service: `…/collections/<name>`."""

    protocol: Literal["ogcapi"]
    url: Annotated[Url, StringConstraints(pattern=r"/collections/[^/?]+$")]
    format: ClassVar[str] = "geojson"
