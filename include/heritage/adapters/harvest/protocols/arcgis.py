"""Layers of ArcGIS feature and map services (ArcGIS REST API, operation Query)."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from heritage.adapters.harvest.answer import Answer
from heritage.adapters.harvest.crs import disagreement, of_esri
from heritage.adapters.harvest.protocols.pages import Page, Pages, at, listed, mapping, whole
from heritage.adapters.harvest.session import Session
from heritage.errors import SourceUnavailable
from heritage.ports.files import Pulled
from heritage.spec.harvest import ArcGis
from heritage.spec.source import SourceSpec

_USUAL_PAGE = 1000
_MOST_IDS = 1000  # Oracle behind a service takes no longer list


def pull(spec: SourceSpec, session: Session) -> Pulled:
    """Every feature that answers `where`, in the order of the object ids, in the layer's own CRS.

    Raises SourceChanged when the layer cannot be read whole, or lies in another CRS than described.
    """
    layer = _Layer(spec, session)
    announced = layer.by_offset() if layer.pages_by_offset() else layer.by_ids()
    return layer.pages.pulled(announced)


class _Layer:
    def __init__(self, spec: SourceSpec, session: Session) -> None:
        harvest = cast(ArcGis, spec.harvest)
        self._spec, self._session, self._url = spec, session, f"{harvest.url}/query"
        self._chosen = {"where": harvest.where, "f": "json"}
        self.pages: Pages[dict[str, Any]] = Pages(session, self._read)
        self._facts = self.pages.ask(harvest.url, {"f": "json"})
        fields = listed(self._facts.get("fields")) or []
        ids = [at(field, "name") for field in fields if at(field, "type") == "esriFieldTypeOID"]
        self._oid = str(self._facts.get("objectIdField") or next(iter(ids), None) or "")
        ordered = at(self._facts, "advancedQueryCapabilities", "supportsOrderBy")
        self._order = {} if ordered is False else {"orderByFields": f"{self._oid} ASC"}
        self._size = max(1, whole(self._facts.get("maxRecordCount")) or _USUAL_PAGE)
        if "Query" not in str(self._facts.get("capabilities", "Query")):
            raise session.changed(harvest.url, "the layer does not allow queries")
        if not self._oid:
            raise session.changed(
                harvest.url, "the layer has no object id, so it cannot be read page by page"
            )

    def pages_by_offset(self) -> bool:
        """Where the layer does not say that it can, object ids are the way that always goes."""
        can = at(self._facts, "advancedQueryCapabilities", "supportsPagination")
        ordered = at(self._facts, "advancedQueryCapabilities", "supportsOrderBy")
        return (
            self._facts.get("supportsPagination") if can is None else can
        ) is True and ordered is not False

    def by_offset(self) -> int:
        """The next page begins after what has come: pages may be short, and no flag tells the last one."""
        announced = self._count()
        while self.pages.received < announced or self.pages.empty:
            params = {
                "outFields": "*",
                "returnGeometry": "true",
                "resultOffset": self.pages.received,
                "resultRecordCount": self._size,
            }
            page = self.pages.next(self._url, self._chosen | self._order | params)
            self._keep(page, self._features(page, announced))
        self.pages.steady(self._url, announced, self._count())
        return announced

    def by_ids(self) -> int:
        """Some ids at a time; what a page lacks of them is asked for again."""
        ids = self._ids()
        if not ids:
            page = self.pages.next(self._url, self._chosen | {"outFields": "*", "returnGeometry": "true"})
            self._keep(page, self._features(page, 0))
        step = min(self._size, _MOST_IDS)
        for start in range(0, len(ids), step):
            missing = ids[start : start + step]
            while missing:
                asked = {"f": "json", "outFields": "*", "returnGeometry": "true"}
                page = self.pages.next(
                    self._url, form=asked | self._order | {"objectIds": ",".join(map(str, missing))}
                )
                features = self._features(page, len(ids))
                self._keep(page, features)
                came = set(self._keys(page.answer, features))
                if not came & {str(one) for one in missing}:
                    raise self.pages.refuse(
                        page.answer.url, "the service sends other rows than it is asked for"
                    )
                missing = [one for one in missing if str(one) not in came]
        if ids != self._ids():
            raise self.pages.refuse(self._url, "the register changed while it was read; run harvest again")
        return len(ids)

    def _count(self) -> int:
        said = self.pages.ask(self._url, self._chosen | {"returnCountOnly": "true"})
        count = whole(said.get("count"))
        if count is None or not (count or self._spec.may_be_empty()):
            raise self.pages.refuse(self._url, f"the layer counts {count} rows where {self._chosen['where']}")
        return count

    def _ids(self) -> list[int]:
        said = self.pages.ask(self._url, self._chosen | {"returnIdsOnly": "true"})
        ids = [one for one in listed(said.get("objectIds")) or [] if type(one) is int]  # and no bool
        if not (ids or self._spec.may_be_empty()):
            raise self.pages.refuse(self._url, f"the layer has no rows where {self._chosen['where']}")
        return sorted(set(ids))

    def _features(self, page: Page[dict[str, Any]], announced: int) -> list[Any]:
        features = listed(page.content.get("features"))
        if features is None:
            raise self.pages.refuse(page.answer.url, "the answer holds no features")
        if not features and announced:
            what = f"the page after {self.pages.received} of {announced} rows is empty"
            raise self.pages.refuse(page.answer.url, what)
        return features

    def _keep(self, page: Page[dict[str, Any]], features: Sequence[Any]) -> None:
        reference = page.content.get("spatialReference")
        wrong = disagreement(self._spec, of_esri(reference)) if reference else None
        if wrong:
            raise self.pages.refuse(page.answer.url, wrong)
        self.pages.keep(page.answer, features, self._keys(page.answer, features))

    def _keys(self, answer: Answer, features: Iterable[Any]) -> list[str]:
        keys = [at(feature, "attributes", self._oid) for feature in features]
        if None in keys:
            raise self.pages.refuse(answer.url, f"a row has no {self._oid}, the object id of the layer")
        return [str(key) for key in keys]

    def _read(self, answer: Answer) -> dict[str, Any]:
        """Errors of ArcGIS come with status 200 (ArcGIS REST API, "Handling errors")."""
        content = mapping(self._session, answer)
        error = content.get("error")
        if error is None:
            return content
        code = whole(at(error, "code"))
        details = listed(at(error, "details")) or []
        said = " ".join(f"{code} {at(error, 'message')} {' '.join(map(str, details))}".split())[:300]
        if code is not None and (code == 429 or 500 <= code < 600):
            raise SourceUnavailable(f"{self._session.dataset}: {answer.url}: the service says {said!r}")
        hint = "; it asks for a login" if code in (498, 499) else ""
        raise self._session.changed(answer.url, f"the service says {said!r}{hint}")
