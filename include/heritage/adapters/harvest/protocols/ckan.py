"""Resources of CKAN portals (CKAN Action API): a file, or a table of the datastore."""

import difflib
from typing import Any, cast

from heritage.adapters.harvest.answer import Answer
from heritage.adapters.harvest.protocols.file import download
from heritage.adapters.harvest.protocols.pages import Pages, at, listed, mapping, whole
from heritage.adapters.harvest.session import Session
from heritage.ports.files import Pulled
from heritage.spec.dataset import DatasetSpec
from heritage.spec.harvest import Ckan, safe_name

_LIMIT = 32_000  # what a datastore gives at once unless its portal allows less


def pull(spec: DatasetSpec, session: Session) -> Pulled | None:
    """The file of the resource (None when it has not changed), or all rows of its table with their count."""
    harvest = cast(Ckan, spec.harvest)
    pages: Pages[dict[str, Any]] = Pages(session, lambda answer: _result(session, answer))
    actions = f"{harvest.url.rstrip('/')}/api/3/action"
    url = f"{actions}/package_show"
    package = pages.ask(url, {"id": harvest.package})
    session.licence = str(package.get("license_id") or package.get("license_url") or "")
    resource = _resource(pages, url, harvest, package)
    if harvest.format != "datastore":
        address = pages.follow(f"{harvest.url.rstrip('/')}/", resource.get("url") or None)
        return download(session, safe_name(address), address)
    if resource.get("datastore_active") is False:
        raise pages.refuse(
            url, f"the resource {harvest.resource!r} is no table: set format to that of its file"
        )
    return _table(pages, f"{actions}/datastore_search", str(resource.get("id")))


def _table(pages: Pages[dict[str, Any]], url: str, resource: str) -> Pulled:
    asked = {"resource_id": resource, "sort": "_id"}
    announced = _total(pages, url, pages.ask(url, asked | {"limit": 0}))
    while pages.received < announced:
        page = pages.next(url, asked | {"limit": _LIMIT, "offset": pages.received})
        rows = listed(page.content.get("records"))
        if not rows:
            raise pages.refuse(
                page.answer.url, f"the page after {pages.received} of {announced} rows is empty"
            )
        ids = [at(row, "_id") for row in rows]
        pages.keep(page.answer, rows, None if None in ids else [str(one) for one in ids])
    pages.steady(url, announced, _total(pages, url, pages.ask(url, asked | {"limit": 0})))
    return pages.pulled(announced)


def _total(pages: Pages[dict[str, Any]], url: str, result: dict[str, Any]) -> int:
    total = whole(result.get("total"))
    if not total or result.get("total_was_estimated"):
        raise pages.refuse(url, f"the portal counts {total} rows, or only estimates them")
    return total


def _resource(
    pages: Pages[dict[str, Any]], url: str, harvest: Ckan, package: dict[str, Any]
) -> dict[str, Any]:
    """The resource by its id, else by its name."""
    resources = [one for one in listed(package.get("resources")) or [] if isinstance(one, dict)]
    for key in ("id", "name"):
        found = [one for one in resources if one.get(key) == harvest.resource]
        if len(found) > 1:
            ids = ", ".join(str(one.get("id")) for one in found)
            raise pages.refuse(
                url, f"{len(found)} resources are called {harvest.resource!r}; take an id: {ids}"
            )
        if found:
            return found[0]
    names = [str(one.get("name")) for one in resources]
    near = difflib.get_close_matches(harvest.resource, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(names)[:300] or 'none'}"
    raise pages.refuse(url, f"the package {harvest.package!r} has no resource {harvest.resource!r}; {hint}")


def _result(session: Session, answer: Answer) -> dict[str, Any]:
    """What CKAN wraps every answer in says whether it is one (CKAN API guide, "Making an API request")."""
    content = mapping(session, answer)
    result = content.get("result")
    if content.get("success") is not True or not isinstance(result, dict):
        said = str(content.get("error") or content)[:200]
        raise session.changed(answer.url, f"the portal says {said!r}")
    return result
