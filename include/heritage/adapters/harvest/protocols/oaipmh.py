"""OAI-PMH: all records of a repository or of one of its sets, page by page along resumption tokens."""

import logging
from typing import cast

from lxml import etree

from heritage.adapters.harvest.answer import Answer
from heritage.adapters.harvest.formats.oai_answer import (
    ListRecords,
    datestamp,
    identifier,
    is_deleted,
    read_answer,
)
from heritage.adapters.harvest.protocols.pages import Pages
from heritage.adapters.harvest.session import Session
from heritage.errors import SourceChanged
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.ports.files import Pulled
from heritage.spec.dataset import DatasetSpec
from heritage.spec.harvest import OaiPmh

_ANSWERS = (200, 422)
"""Errors come with status 200 by the protocol, and with 422 from InvenioRDM, as at Zenodo."""
_logger = logging.getLogger(__name__)


def pull(spec: DatasetSpec, session: Session) -> Pulled:
    """Every page, compared with the repository's own size of the list where it tells one.

    Deleted records are among those received, for the repository counts them; they give no rows. When a token
    expires the pages so far are dropped and the list is asked for once more.
    Source: Open Archives Initiative Protocol for Metadata Harvesting 2.0, openarchives.org.
    """
    try:
        return _list_records(spec, session)
    except _TokenExpired:
        _logger.warning("%s: the repository has forgotten its resumption token; all pages anew.", spec.id)
        session.forget()
    try:
        return _list_records(spec, session)
    except _TokenExpired as error:
        raise session.changed(
            spec.harvest.url, f"the repository refuses its own resumption token twice in one pull: {error}"
        ) from None


class _TokenExpired(Exception):
    """The repository no longer knows the token that it gave."""


def _list_records(spec: DatasetSpec, session: Session) -> Pulled:
    harvest = cast(OaiPmh, spec.harvest)
    pages: Pages[ListRecords] = Pages(session, lambda answer: _read(spec, session, answer), "xml")
    asked = {"metadataPrefix": harvest.prefix, **({"set": harvest.set} if harvest.set else {})}
    tokens: set[str] = set()
    announced, deleted = None, 0
    while True:
        answer, page = pages.next(harvest.url, {"verb": "ListRecords", **asked}, answers=_ANSWERS)
        records = [etree.tostring(record, encoding="unicode", with_tail=False) for record in page.records]
        keys = [f"{identifier(record)} of {datestamp(record)}" for record in page.records]
        pages.keep(answer, records, keys, stamped=True)
        deleted += sum(map(is_deleted, page.records))
        announced = page.announced if page.announced is not None else announced
        if page.token is None:
            break
        if page.token in tokens or not records:
            raise pages.refuse(answer.url, "the list does not end: a token leads to nothing, or in a circle")
        tokens.add(page.token)
        asked = {"resumptionToken": page.token}
    _logger.info("%s: %d records came, %d of them deleted.", spec.id, pages.received, deleted)
    return pages.pulled(announced)


def _read(spec: DatasetSpec, session: Session, answer: Answer) -> ListRecords:
    """The answer, if it is not what the repository calls an error; that comes as an answer."""
    page = read_answer(spec, answer.file())
    for code, words in page.errors:
        if code == "badResumptionToken":
            raise _TokenExpired(words or code)
        if code == "noRecordsMatch":
            hint = "The repository says noRecordsMatch: look at harvest.set and harvest.prefix."
            raise SourceChanged(str(Issue(IssueCode.FILE_EMPTY, Severity.STOP, spec.id, hint=hint)))
        raise session.changed(answer.url, f"the repository says {code}: {words or 'no more than that'}")
    return page
