"""SPARQL endpoints: the solutions of a query, page by page along the key of the record.

The description's query stands inside ours, which counts, orders and limits it. A page begins after the last
key of the one before (never OFFSET, which is slow and shifts), so that it does not matter where an endpoint
cuts its answers: Virtuoso ends them at 10,000 rows and calls that 200.
"""

import logging
from typing import Any, NamedTuple, cast

from heritage.adapters.harvest.protocols.pages import Page, Pages, at, whole
from heritage.adapters.harvest.session import Session
from heritage.adapters.harvest.solutions import Solutions, question, solutions
from heritage.errors import SourceChanged
from heritage.model.digest import canonical_json
from heritage.ports.files import Pulled
from heritage.spec.dataset import DatasetSpec
from heritage.spec.harvest import Sparql

_logger = logging.getLogger(__name__)
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_REMEDY = ", or set harvest.page lower"


def pull(spec: DatasetSpec, session: Session) -> Pulled:
    """All solutions, in pages that never part the rows of one key, compared with the endpoint's COUNT.

    Raises SourceUnavailable where the endpoint ran out of time, SourceChanged where it answers otherwise
    than it counts or orders otherwise than it compares.
    """
    return _Endpoint(spec, session).pull()


class _Counts(NamedTuple):
    rows: int
    keyed: int
    """Rows in which the key is bound."""
    keys: int


class _Span(NamedTuple):
    """The keys after those that came, up to `until`, and how many rows they have."""

    until: str
    rows: int


class _Endpoint:
    def __init__(self, spec: DatasetSpec, session: Session) -> None:
        harvest = cast(Sparql, spec.harvest)
        self._spec, self._session, self._harvest = spec, session, harvest
        self._key = spec.record.id.name()
        self._prologue, self._select = harvest.parts()
        self._pages: Pages[Solutions] = Pages(session, lambda answer: solutions(session, answer, _REMEDY))
        self._seen: set[str] = set()

    def pull(self) -> Pulled:
        before = self._counts()
        if before.keyed < before.rows:
            what = f"?{self._key} is not bound in {before.rows - before.keyed} of {before.rows} rows"
            raise self._refuse(f"{what}, so they have no id and cannot be paged: bind it, or leave them out")
        last: str | None = None
        while self._pages.received < before.rows:
            span = None if before.rows == before.keys else self._span(last)
            last = self._next(last, span)
        self._pages.steady(self._harvest.url, before.rows, self._counts().rows)
        _logger.info("%s: %d rows of %d keys came.", self._spec.id, self._pages.received, before.keys)
        return self._pages.pulled(before.rows)

    def _counts(self) -> _Counts:
        key = f"?{self._key}"
        said = self._ask(
            f"SELECT (COUNT(*) AS ?all_rows) (COUNT({key}) AS ?all_keyed) "
            f"(COUNT(DISTINCT STR({key})) AS ?all_keys) WHERE {{ {self._inside()} }}"
        )
        numbers = [whole(at(said[0], f"all_{name}", "value")) if said else None for name in _Counts._fields]
        if None in numbers:
            raise self._refuse("the endpoint does not count the rows of the query")
        counts = _Counts(*cast(list[int], numbers))
        if not counts.rows:
            raise self._refuse("the endpoint counts no rows for the query")
        return counts

    def _span(self, last: str | None) -> _Span:
        """The keys of the next page, where some have several rows: as many as fit, and one at least."""
        said = self._ask(
            f"SELECT ?page_key (COUNT(*) AS ?page_rows) WHERE {{ {self._inside(last)} "
            f"BIND(STR(?{self._key}) AS ?page_key) }} GROUP BY ?page_key ORDER BY ?page_key "
            f"LIMIT {self._harvest.page}"
        )
        until, rows = None, 0
        for group in said:
            more = whole(at(group, "page_rows", "value")) or 0
            if until is not None and rows + more > self._harvest.page:
                break
            until, rows = _value(group, "page_key"), rows + more
        if until is None:
            raise self._refuse(f"no key comes after {last!r}, and rows are missing")
        return _Span(until, rows)

    def _next(self, last: str | None, span: _Span | None) -> str:
        """Keeps the next page, and gives the last key on it."""
        inside = self._inside(last, span.until if span else None)
        limit = "" if span else f"LIMIT {self._harvest.page}"
        page: Page[Solutions] = self._pages.next(
            **self._question(f"SELECT * WHERE {{ {inside} }} ORDER BY STR(?{self._key}) {limit}")
        )
        keys = [_value(solution, self._key) for solution in page.content]
        again = self._seen.intersection(keys)
        if not keys:
            raise self._refuse(f"the page after {self._pages.received} rows is empty, and some are missing")
        if again:
            raise self._refuse(
                f"the key {min(again)} came on two pages: the endpoint orders otherwise than it compares"
            )
        if span and span.rows != len(keys):
            raise self._refuse(
                f"a page has {len(keys)} rows where the endpoint counts {span.rows}: it cuts its answers, or "
                "the register changed. Set harvest.page lower, and run harvest again"
            )
        self._seen.update(keys)
        rows = sorted(map(canonical_json, page.content))
        self._pages.keep(page.answer, rows, stamped=True)
        return keys[-1]

    def _inside(self, last: str | None = None, until: str | None = None) -> str:
        key = f"STR(?{self._key})"
        after = "" if last is None else f'FILTER({key} > "{last.translate(_ESCAPES)}")'
        up_to = "" if until is None else f'FILTER({key} <= "{until.translate(_ESCAPES)}")'
        return f"{{ {self._select}\n}} {after} {up_to}"

    def _ask(self, query: str) -> Solutions:
        return self._pages.ask(**self._question(query))

    def _question(self, query: str) -> dict[str, Any]:
        return question(self._harvest.url, f"{self._prologue}\n{query}")

    def _refuse(self, what: str) -> SourceChanged:
        return self._pages.refuse(self._harvest.url, what)


def _value(solution: dict[str, Any], variable: str) -> str:
    return str(at(solution, variable, "value") or "")
