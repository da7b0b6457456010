"""What an OAI-PMH repository answers to ListRecords: records, where to go on, or an error."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from heritage.adapters.harvest.formats.content import stop
from heritage.adapters.harvest.formats.elements import PARSER, broken, name_of, refuse_no_xml
from heritage.errors import SourceChanged
from heritage.model.issue import IssueCode
from heritage.ports.files import FetchedFile
from heritage.spec.dataset import DatasetSpec

Element = Any
_CALLED = 80  # characters of an identifier that a message repeats


@dataclass(frozen=True, slots=True)
class ListRecords:
    """`errors` are code and words. `token` asks for the next page; None on the last one.

    `announced` is the repository's count of the whole list, where it tells one that is a number.
    """

    records: Sequence[Element]
    errors: Sequence[tuple[str, str]]
    token: str | None
    announced: int | None


def read_answer(spec: DatasetSpec, file: FetchedFile) -> ListRecords:
    """The answer, with all its records. Raises SourceChanged when it is none, naming the broken record."""
    content = file.content
    refuse_no_xml(spec, file, content[:4096])
    try:
        root = etree.fromstring(content, etree.XMLParser(**PARSER))
    except etree.XMLSyntaxError as error:
        raise _broken(spec, file, content, error) from None
    if name_of(root.tag).local != "OAI-PMH":
        hint = f"It is XML, but no answer of an OAI-PMH repository: its root is {name_of(root.tag).local}."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)
    token = root.find("{*}ListRecords/{*}resumptionToken")
    size = "" if token is None else str(token.get("completeListSize", "")).strip()
    return ListRecords(
        root.findall("{*}ListRecords/{*}record"),
        [(str(e.get("code", "")), " ".join((e.text or "").split())) for e in root.findall("{*}error")],
        None if token is None else (token.text or "").strip() or None,
        int(size) if size.isascii() and size.isdigit() else None,
    )


def identifier(record: Element) -> str:
    """The repository's name for a record."""
    return str(record.findtext("{*}header/{*}identifier", "")).strip()


def datestamp(record: Element) -> str:
    """When the record was changed last."""
    return str(record.findtext("{*}header/{*}datestamp", "")).strip()


def is_deleted(record: Element) -> bool:
    """True when the repository only says that the record is gone."""
    header = record.find("{*}header")
    return header is not None and header.get("status") == "deleted"


def _broken(
    spec: DatasetSpec, file: FetchedFile, content: bytes, error: etree.XMLSyntaxError
) -> SourceChanged:
    """A lenient parser finds the record that stands where the strict one gave up; its rows are not used."""
    try:
        root = etree.fromstring(content, etree.XMLParser(recover=True, **PARSER))
    except etree.XMLSyntaxError:  # there is nothing that could be recovered
        root = None
    found = [] if root is None else root.findall("{*}ListRecords/{*}record")
    before = [record for record in found if record.sourceline <= (error.lineno or 0)]
    if not before:
        return broken(spec, file, error)
    return broken(spec, file, error, len(before), f" in the record {identifier(before[-1])[:_CALLED]!r}")
