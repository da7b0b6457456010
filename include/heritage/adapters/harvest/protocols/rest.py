"""Pages of JSON from a service of its own kind, handed out in one of four styles (`spec.harvest.Paging`)."""

from collections.abc import Iterator
from typing import Any, cast

from heritage.adapters.harvest.protocols.pages import Page, Pages, at, document, listed, row_keys, whole
from heritage.adapters.harvest.session import Session
from heritage.ports.files import Pulled
from heritage.spec.dataset import DatasetSpec
from heritage.spec.harvest import Rest


def pull(spec: DatasetSpec, session: Session) -> Pulled:
    """All pages: up to the service's own count where it tells one, else up to an empty page or the last link.

    Raises SourceChanged when the count changes on the way, or a row comes twice.
    """
    harvest = cast(Rest, spec.harvest)
    pages: Pages[Any] = Pages(session, lambda answer: document(session, answer))
    announced: int | None = None
    for page in _pages(pages, harvest):
        rows = listed(_under(page.content, harvest.records))
        if rows is None:
            where = harvest.records or "the top"
            raise pages.refuse(page.answer.url, f"there is no list at {where}: {str(page.content)[:200]!r}")
        total = whole(_under(page.content, harvest.total)) if harvest.total else None
        if harvest.total and rows and total is None:
            raise pages.refuse(page.answer.url, f"there is no count at {harvest.total}")
        if pages.received and rows:
            pages.steady(page.answer.url, announced, total)
        if not rows:
            continue
        announced = total
        pages.keep(page.answer, rows, row_keys(rows))
        if announced is not None and pages.received >= announced:
            break
    if not pages.received:
        raise pages.refuse(harvest.url, "the service has no rows")
    return pages.pulled(announced)


def _pages(pages: Pages[Any], harvest: Rest) -> Iterator[Page[Any]]:
    """The pages in their order; whoever takes them says when there is enough."""
    paging = harvest.paging
    if paging is None:
        yield pages.next(harvest.url)
        return
    size = {paging.size_parameter: paging.size} if paging.size_parameter else {}
    url, place = harvest.url, paging.first
    if place is None and paging.style in ("page", "offset"):
        place = 1 if paging.style == "page" else 0
    first, number = whole(place) or 0, 0
    while True:
        here = {paging.parameter: place} if paging.parameter and place is not None else {}
        page = pages.next(url, here | size)
        yield page
        number += 1
        onward = _under(page.content, paging.next)
        if not _under(page.content, harvest.records):
            if paging.style in ("page", "offset") or onward in (None, "", False, place):
                return
            raise pages.refuse(
                page.answer.url, f"the page after {pages.received} rows is empty, not the last"
            )
        if paging.style == "page":
            place = first + number
        elif paging.style == "offset":
            place = first + pages.received
        elif onward in (None, "", False):
            return
        elif paging.style == "link":
            url, place, size = pages.follow(url, onward), None, {}
        elif isinstance(onward, str | int):
            place = onward
        else:
            raise pages.refuse(page.answer.url, f"there is no cursor at {paging.next}: {str(onward)[:200]!r}")


def _under(content: Any, path: str | None) -> Any:
    return at(content, *path.split(".")) if path else content
