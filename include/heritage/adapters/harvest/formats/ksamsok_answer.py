"""What K-samsök answers to a search: how many hits there are, and the records of one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from heritage.adapters.harvest.formats.content import stop
from heritage.adapters.harvest.formats.elements import name_of, parse
from heritage.adapters.harvest.formats.rdf_xml import Node, Statements
from heritage.model.issue import IssueCode
from heritage.ports.files import FetchedFile
from heritage.spec.dataset import DatasetSpec

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"
_ENTITY = "http://kulturarvsdata.se/ksamsok#Entity"


@dataclass(frozen=True, slots=True)
class Hits:
    """`records` are the RDF of each; `total` and `step` (hits a page) are None where not said."""

    records: Sequence[Any]
    total: int | None
    step: int | None
    error: str | None


def read_hits(spec: DatasetSpec, file: FetchedFile) -> Hits:
    """The answer. Raises SourceChanged when it is none of K-samsök."""
    root = parse(spec, file)
    if name_of(root.tag).local != "result":
        hint = f"It is XML, but no answer of K-samsök: its root is {name_of(root.tag).local}."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)
    return Hits(
        root.findall(f"{{*}}records/{{*}}record/{_RDF}"),
        _number(root.findtext("{*}totalHits")),
        _number(root.findtext("{*}echo/{*}hitsPerPage")),
        root.findtext("{*}error"),
    )


def entity(statements: Statements) -> Node | None:
    """The node that the record is about; the first with an address where none is called an entity."""
    named = [node for node in statements.of if not node.is_blank]
    return next(iter([*statements.nodes(_ENTITY), *named]), None)


def _number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() else None
