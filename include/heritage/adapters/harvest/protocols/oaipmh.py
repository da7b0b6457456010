"""OAI-PMH: all records of a repository or of one of its sets, page by page along resumption tokens."""

import logging
from typing import cast

from lxml import etree  # type: ignore[import-untyped]

from heritage.adapters.harvest.formats.oai_answer import Answer, is_deleted, read_answer
from heritage.adapters.harvest.session import Answer as Asked
from heritage.adapters.harvest.session import Session
from heritage.errors import SourceChanged
from heritage.model.digest import digest_bytes
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.ports.files import FetchedFile, Pulled
from heritage.spec.dataset import DatasetSpec
from heritage.spec.harvest import OaiPmh

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
    params = {"verb": "ListRecords", "metadataPrefix": harvest.prefix}
    if harvest.set:
        params["set"] = harvest.set
    files: list[FetchedFile] = []
    tokens: set[str] = set()
    received = deleted = 0
    announced = None
    while True:
        name = f"page-{len(files) + 1:05}.xml"
        asked = session.page(name, harvest.url, params, check=lambda answer: _judge(spec, session, answer))
        answer = read_answer(spec, asked.file())
        files.append(asked.file(stable=_digest(answer)))
        received += len(answer.records)
        deleted += sum(map(is_deleted, answer.records))
        announced = answer.announced if answer.announced is not None else announced
        if answer.token is None:
            break
        if answer.token in tokens or not answer.records:
            raise session.changed(
                asked.url, "the list does not end: the token leads to a page without records or in a circle"
            )
        tokens.add(answer.token)
        params = {"verb": "ListRecords", "resumptionToken": answer.token}
    _logger.info("%s: %d records on %d pages, %d of them deleted.", spec.id, received, len(files), deleted)
    return Pulled(files, announced, received)


def _judge(spec: DatasetSpec, session: Session, asked: Asked) -> None:
    """Raises for what the repository calls an error; it comes with status 200."""
    for code, words in read_answer(spec, asked.file()).errors:
        if code == "badResumptionToken":
            raise _TokenExpired(words or code)
        if code == "noRecordsMatch":
            hint = "The repository says noRecordsMatch: look at harvest.set and harvest.prefix."
            raise SourceChanged(str(Issue(IssueCode.FILE_EMPTY, Severity.STOP, spec.id, hint=hint)))
        raise session.changed(asked.url, f"the repository says {code}: {words or 'no more than that'}")


def _digest(answer: Answer) -> str:
    """Of the records alone: the rest of a page tells when it was made."""
    return digest_bytes(*(etree.tostring(record, with_tail=False) for record in answer.records))
