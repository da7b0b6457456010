"""K-samsök (Swedish Open Cultural Heritage): all records that answer a query in CQL."""

import logging
from typing import cast

from lxml import etree

from heritage.adapters.harvest.answer import Answer
from heritage.adapters.harvest.formats.ksamsok_answer import Hits, entity, read_hits
from heritage.adapters.harvest.formats.rdf_xml import Statements
from heritage.adapters.harvest.protocols.pages import Pages
from heritage.adapters.harvest.session import Session
from heritage.ports.files import Pulled
from heritage.spec.dataset import DatasetSpec
from heritage.spec.harvest import Ksamsok

_logger = logging.getLogger(__name__)
_AT_ONCE = 500  # older pages of the documentation allow as many, newer ones 1,000


def pull(spec: DatasetSpec, session: Session) -> Pulled:
    """Every page in the order of the records' addresses, compared with the total of hits.

    The next page begins after as many hits as the service says it gave: it takes 50 without a word where it
    does not like the number asked for. Source: raa.se, "K-samsök, Metoder: search".
    """
    harvest = cast(Ksamsok, spec.harvest)
    pages: Pages[Hits] = Pages(session, lambda answer: _read(spec, session, answer), "xml")
    start, total = 1, None
    while total is None or start <= total:
        answer, hits = pages.next(
            harvest.url,
            {
                "method": "search",
                "query": harvest.query,
                "hitsPerPage": _AT_ONCE,
                "startRecord": start,
                "sort": "itemId",
            },
        )
        if not hits.total:
            raise pages.refuse(answer.url, "no record answers the query")
        total = hits.total if total is None else total
        pages.steady(answer.url, total, hits.total)
        if hits.step and hits.step != _AT_ONCE and start == 1:
            _logger.info("%s: K-samsök gives %d hits a page, not %d.", spec.id, hits.step, _AT_ONCE)
        if not hits.records:
            raise pages.refuse(answer.url, f"the page from {start} of {total} hits is empty")
        records = [etree.tostring(rdf, encoding="unicode", with_tail=False) for rdf in hits.records]
        about = [entity(Statements(rdf)) for rdf in hits.records]
        pages.keep(answer, records, [node.name for node in about if node], stamped=True)
        start += hits.step or len(hits.records)
    return pages.pulled(total)


def _read(spec: DatasetSpec, session: Session, answer: Answer) -> Hits:
    hits = read_hits(spec, answer.file())
    if hits.error is not None:
        raise session.changed(answer.url, f"K-samsök says {hits.error[:300]!r}")
    return hits
