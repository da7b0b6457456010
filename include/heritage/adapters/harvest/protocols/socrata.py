"""Datasets of Socrata portals (SODA 2.1)."""

from typing import Any, cast

from heritage.adapters.harvest.protocols.pages import Pages, array, row_keys, whole
from heritage.adapters.harvest.session import Session
from heritage.ports.files import Pulled
from heritage.spec.dataset import DatasetSpec
from heritage.spec.harvest import Socrata

_LIMIT = 50_000


def pull(spec: DatasetSpec, session: Session) -> Pulled:
    """Every row in the order of the portal's own row ids, with its count."""
    url = f"{cast(Socrata, spec.harvest).url}.json"
    pages: Pages[list[Any]] = Pages(session, lambda answer: array(session, answer))
    announced = _count(pages, url)
    while pages.received < announced:
        params = {"$order": ":id", "$limit": _LIMIT, "$offset": pages.received}
        page = pages.next(url, params)
        if not page.content:
            raise pages.refuse(
                page.answer.url, f"the page after {pages.received} of {announced} rows is empty"
            )
        pages.keep(page.answer, page.content, row_keys(page.content))
    pages.steady(url, announced, _count(pages, url))
    return pages.pulled(announced)


def _count(pages: Pages[list[Any]], url: str) -> int:
    said = pages.ask(url, {"$select": "count(*)"})
    values = list(said[0].values()) if len(said) == 1 and isinstance(said[0], dict) else []
    count = whole(values[0]) if len(values) == 1 else None
    if not count:
        raise pages.refuse(url, f"the portal counts {count} rows")
    return count
