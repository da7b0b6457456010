"""Pages of a wiki as its API answers them: a row a call of the row template."""

from collections.abc import Iterator
from typing import Any, NamedTuple, cast
from urllib.parse import quote

from heritage.adapters.harvest.formats.batches import in_batches
from heritage.adapters.harvest.formats.content import mend, stop
from heritage.adapters.harvest.formats.json_text import document
from heritage.adapters.harvest.formats.wikitext import Call, calls, canonical, coordinates, link, plain
from heritage.model.issue import IssueCode
from heritage.model.row import Row, SourceRow, SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.dataset import DatasetSpec
from heritage.spec.harvest import Wikipedia


def rows(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRows]:
    """A row a call of the template, under any of its names, in the order of the pages; see `spec.Wikipedia`.

    A call that is never closed carries a fault. Raises SourceChanged for what is no answer of the API.
    """
    yield from in_batches(_rows(spec, file))


class _Page(NamedTuple):
    title: str
    revision: str
    text: str


def _rows(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRow]:
    harvest = cast(Wikipedia, spec.harvest)
    content, _ = document(spec, file)
    try:
        pages, aliases = list(_pages(content)), _aliases(content)
    except (AttributeError, KeyError, TypeError):
        hint = "It is JSON, but no pages of a wiki's API."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint) from None
    names = {canonical(harvest.template), *aliases}
    header = {canonical(harvest.header)} if harvest.header else set()
    cells_of = _Cells(spec)
    number = 0
    for page in pages:
        above: Row = {}
        for call in calls(page.text, names | header):
            if call.name in names:
                number += 1
                cells = above | cells_of.call(call) | _where(harvest, page)
                fault = IssueCode.ROW_RAGGED if call.values is None else None
                yield mend(SourceRow(file.name, number, cells, fault), spec)
            else:
                above = {f"header.{name}": plain(value) for name, value in (call.values or {}).items()}


def _pages(content: Any) -> Iterator[_Page]:
    for page in content["query"]["pages"]:
        for revision in page.get("revisions", [])[:1]:
            text = str(revision["slots"]["main"].get("content", ""))
            yield _Page(str(page["title"]), str(revision.get("revid", "")), text)


def _aliases(content: Any) -> set[str]:
    """Other names of the template: the titles that redirect to it, without their namespace."""
    return {canonical(one["title"].partition(":")[2]) for one in content["query"].get("backlinks", [])}


def _where(harvest: Wikipedia, page: _Page) -> Row:
    path = quote(page.title.replace(" ", "_"), safe="/:", errors="replace")
    address = f"{harvest.url.rstrip('/')}/wiki/{path}"
    return {"page": page.title, "page.url": address, "page.revision": page.revision}


class _Cells:
    """The cells of a call: its parameters, and what the description wants to know of them."""

    def __init__(self, spec: DatasetSpec) -> None:
        read = spec.accounted_columns()
        self._links = [name.removesuffix(".link") for name in read if name.endswith(".link")]
        self._places = {name.rpartition(".")[0] for name in read if name.endswith((".lat", ".lon"))}

    def call(self, call: Call) -> Row:
        values = call.values or {}
        cells: Row = {name: plain(value) for name, value in values.items()}
        for name in self._links:
            cells.setdefault(f"{name}.link", link(values[name]) if name in values else "")
        for name in self._places:
            lat, lon = coordinates(values[name]) if name in values else ("", "")
            cells.setdefault(f"{name}.lat", lat)
            cells.setdefault(f"{name}.lon", lon)
        return cells
