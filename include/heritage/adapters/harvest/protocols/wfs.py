"""Feature types of a Web Feature Service 2.0 (OGC 09-025r2), as GeoJSON where the service offers it."""

import difflib
import re
from typing import cast

from lxml import etree

from heritage.adapters.harvest.crs import name, same_crs, takes_geometry
from heritage.adapters.harvest.formats.wfs_answer import Capabilities, FeatureType, capabilities, properties
from heritage.adapters.harvest.protocols.pages import Page, Pages, whole
from heritage.adapters.harvest.protocols.wfs_page import FeaturePage, features, xml
from heritage.adapters.harvest.session import Session
from heritage.ports.files import Pulled
from heritage.spec.harvest import Wfs
from heritage.spec.source import SourceSpec

_LARGEST_PAGE = 5000
_GEOJSON = re.compile(r"application/(geo\+)?json|geo\+?json|json|application/json; ?subtype=geojson", re.I)


def pull(spec: SourceSpec, session: Session) -> Pulled:
    """Every feature in the CRS of the description, page by page in the order of its id where that can be.

    Raises SourceChanged when the service does not have the layer, or not in that CRS.
    """
    return _Layer(spec, session).pull()


class _Layer:
    def __init__(self, spec: SourceSpec, session: Session) -> None:
        self._spec, self._session, self._harvest = spec, session, cast(Wfs, spec.harvest)
        self._url = self._harvest.url
        self._service: Pages[etree._Element] = Pages(session, lambda answer: xml(spec, session, answer))
        known = capabilities(self._ask("GetCapabilities", acceptVersions="2.0.0"))
        if known is None or not known.version.startswith("2."):
            version = f"speaks version {known.version} only" if known else "says no capabilities"
            raise session.changed(self._url, f"the service {version}; WFS 2.0 is needed")
        layer = self._layer(known)
        self._asked = {"typeNames": layer.name}
        if takes_geometry(spec):
            self._asked["srsName"] = self._crs(layer)
        geojson = [text for text in [*known.formats, *layer.formats] if _GEOJSON.fullmatch(text)]
        if geojson:
            self._asked["outputFormat"] = geojson[0]
        self._pages: Pages[FeaturePage] = Pages(
            session, lambda answer: features(spec, session, answer), "json" if geojson else "xml"
        )
        self._paged = known.limits.get("ImplementsResultPaging", "").upper() == "TRUE"
        self._sorted = known.limits.get("ImplementsSorting", "").upper() != "FALSE"
        self._size = min(whole(known.limits.get("CountDefault")) or _LARGEST_PAGE, _LARGEST_PAGE)

    def pull(self) -> Pulled:
        hits = self._hits()
        if hits == 0 and not self._spec.may_be_empty():
            raise self._session.changed(self._url, f"{self._harvest.layer} has no features")
        several = self._paged and (hits is None or hits > self._size)
        window = {"count": str(self._size), **self._order()} if several else {}
        while hits is None or self._pages.received < hits or self._pages.empty:
            if self._pages.received:
                window["startIndex"] = str(self._pages.received)
            asked = {"service": "WFS", "version": "2.0.0", "request": "GetFeature", **self._asked}
            page = self._pages.next(self._url, asked | window)
            if not page.content.rows and hits is None and self._pages.received:
                break
            self._keep(page, hits)
            if not several or not page.content.rows:
                break
        self._pages.steady(self._url, hits, self._hits())
        return self._pages.pulled(hits)

    def _keep(self, page: Page[FeaturePage], hits: int | None) -> None:
        rows, keys, matched, returned = page.content
        url = page.answer.url
        if not rows and not (self._spec.may_be_empty() and not self._pages.received and not hits):
            raise self._session.changed(
                url, f"the page after {self._pages.received} of {hits} features is empty"
            )
        if returned not in (None, len(rows)):
            raise self._session.changed(url, f"the page announces {returned} features and holds {len(rows)}")
        if matched is not None and hits is not None:
            self._pages.steady(url, hits, matched)
        self._pages.keep(page.answer, rows, keys, stamped=True)

    def _hits(self) -> int | None:
        """The service's own count; None where it says "unknown"."""
        root = self._ask("GetFeature", typeNames=self._asked["typeNames"], resultType="hits")
        return whole(root.get("numberMatched"))

    def _order(self) -> dict[str, str]:
        column = next(iter(self._spec.told_apart_by()), None)
        if (
            column is None
            or not self._sorted
            or column not in properties(self._ask("DescribeFeatureType", typeNames=self._asked["typeNames"]))
        ):
            return {}  # the ids of the features tell whether pages overlap
        return {"sortBy": column}

    def _ask(self, request: str, **params: str) -> etree._Element:
        return self._service.ask(
            self._url, {"service": "WFS", "version": "2.0.0", "request": request, **params}
        )

    def _layer(self, known: Capabilities) -> FeatureType:
        for one in known.types:
            if one.name == self._harvest.layer:
                return one
        names = [one.name for one in known.types]
        without = {one.rsplit(":", 1)[-1]: one for one in names}
        wanted = self._harvest.layer.rsplit(":", 1)[-1]
        near = [without[one] for one in difflib.get_close_matches(wanted, without, n=1)]
        hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(names)[:300] or 'none'}"
        raise self._session.changed(self._url, f"there is no layer {self._harvest.layer!r}; {hint}")

    def _crs(self, layer: FeatureType) -> str:
        point = self._spec.place()
        wanted = point.crs if point else ""
        for one in layer.crs:
            if same_crs(one, wanted):
                return one
        known = ", ".join(dict.fromkeys(map(name, layer.crs)))[:200] or "none"
        what = f"the layer is offered in {known}, not in {wanted}: set {self._spec.place_key}.crs"
        raise self._session.changed(self._url, what)
