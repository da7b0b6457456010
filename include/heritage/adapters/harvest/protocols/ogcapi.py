"""Collections of OGC API Features: pages that name the next one (OGC 17-069r4, and part 2 for CRS)."""

from typing import Any, cast

from heritage.adapters.harvest.crs import WGS84, disagreement, name, same_crs, takes_geometry
from heritage.adapters.harvest.protocols.pages import Page, Pages, at, listed, mapping, whole
from heritage.adapters.harvest.session import Session
from heritage.ports.files import Pulled
from heritage.spec.harvest import OgcApi
from heritage.spec.source import SourceSpec

_JSON = {"Accept": "application/geo+json, application/json;q=0.9"}
_LIMIT = 1000  # a service that allows less gives less


def pull(spec: SourceSpec, session: Session) -> Pulled:
    """Every feature, page by page as the service links them; its count where it tells one.

    Raises SourceChanged when the collection is not offered in the CRS of the description.
    """
    harvest = cast(OgcApi, spec.harvest)
    pages: Pages[dict[str, Any]] = Pages(session, lambda answer: mapping(session, answer))
    crs = _crs(spec, pages, harvest.url)
    url: str | None = f"{harvest.url}/items"
    params: dict[str, Any] | None = {"limit": _LIMIT} | ({"crs": crs} if crs else {})
    announced = None
    while url:
        page = pages.next(url, params, headers=_JSON)
        features = _features(spec, pages, page)
        _confirm(spec, pages, page, crs)
        matched = whole(page.content.get("numberMatched"))
        if pages.received:
            pages.steady(url, announced, matched)
        announced = matched
        ids = [at(feature, "id") for feature in features]
        keys = None if None in ids else [str(one) for one in ids]
        pages.keep(page.answer, features, keys, stamped=True)
        url, params = _next(pages, url, page), None
    return pages.pulled(announced)


def _crs(spec: SourceSpec, pages: Pages[dict[str, Any]], url: str) -> str | None:
    """How to ask for the CRS of the description; None for the one that comes unasked."""
    collection = pages.ask(url, headers=_JSON)
    point = spec.place()
    if point is None or not takes_geometry(spec) or same_crs(point.crs, WGS84):
        return None
    offered = [str(one) for one in listed(collection.get("crs")) or [WGS84]]
    if "#/crs" in offered:
        every = pages.ask(url.rsplit("/", 1)[0], headers=_JSON)
        offered += [str(one) for one in listed(every.get("crs")) or []]
    for one in offered:
        if same_crs(one, point.crs):
            return one
    known = ", ".join(sorted({name(one) for one in offered if one != "#/crs"}))
    raise pages.refuse(
        url, f"the collection is offered in {known[:200]}, not in {point.crs}: set {spec.place_key}.crs"
    )


def _features(spec: SourceSpec, pages: Pages[dict[str, Any]], page: Page[dict[str, Any]]) -> list[Any]:
    content = page.content
    features = listed(content.get("features"))
    if features is None:
        said = " ".join(str(content.get(key) or "") for key in ("title", "description", "detail")).split()
        raise pages.refuse(page.answer.url, f"the answer holds no features and says {' '.join(said)[:200]!r}")
    if not features and not (spec.may_be_empty() and not pages.received):
        raise pages.refuse(page.answer.url, f"the page after {pages.received} features is empty")
    returned = whole(content.get("numberReturned"))
    if returned not in (None, len(features)):
        what = f"the page announces {returned} features and holds {len(features)}"
        raise pages.refuse(page.answer.url, what)
    return features


def _confirm(
    spec: SourceSpec, pages: Pages[dict[str, Any]], page: Page[dict[str, Any]], asked: str | None
) -> None:
    stated = page.answer.headers.get("content-crs", "").strip("<> ")
    if not stated and asked is None:
        return
    wrong = disagreement(spec, stated or WGS84)
    if wrong:
        raise pages.refuse(page.answer.url, wrong)


def _next(pages: Pages[dict[str, Any]], url: str, page: Page[dict[str, Any]]) -> str | None:
    """The address of the next page as GeoJSON; the same page may be linked as HTML, too."""
    links = [link for link in listed(page.content.get("links")) or [] if at(link, "rel") == "next"]
    links.sort(key=lambda link: "json" not in str(at(link, "type") or "json"))
    return pages.follow(url, at(links[0], "href")) if links else None
