"""Looks at proposed edits as people on the wiki would, before anybody votes on them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from heritage.model.constraint import ConstraintKind, ConstraintList
from heritage.model.edit import Content, TextValue
from heritage.model.finding import Finding, Severity
from heritage.model.finding_code import FindingCode
from heritage.ports.wiki import WikiReader
from heritage.statements.dates import point, said, shortened
from heritage.statements.live import LiveItem
from heritage.statements.properties import INCEPTION, START
from heritage.statements.scrutiny.constraints import Constraints
from heritage.statements.scrutiny.core import scrutinise
from heritage.statements.text import nfc, stored
from heritage.steps.constraints import ConstraintReader


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be added for a record to an item as it stands, None for a new one; `faults` were found while
    it was made."""

    record_id: str
    additions: Content
    live: LiveItem | None
    faults: tuple[Finding, ...] = ()


class Scrutiny:
    """One run over the edits of a snapshot: it remembers what earlier edits would bring."""

    def __init__(self, reader: WikiReader, bundled: ConstraintList) -> None:
        self._reader = reader
        self._constraints = ConstraintReader(reader, bundled)
        self._held: dict[tuple[str, str], str] = {}
        self._described: dict[tuple[str, str, str], str] = {}

    def look(self, drafts: Sequence[Draft]) -> list[tuple[Finding, ...]]:
        """What is found about each edit, in the order given. Raises WikiBusy."""
        edits = [(draft.additions, draft.live) for draft in drafts]
        constraints = self._constraints.about(edits, self._held)
        self._ask_for_holders(drafts, constraints)
        found = []
        for draft in drafts:
            findings = scrutinise(draft.additions, draft.live, constraints)
            found.append((*draft.faults, *self._described_before(draft), *findings))
            for key in _texts(draft.additions):
                holder = draft.live.qid if draft.live else f"the new item of {draft.record_id}"
                self._held.setdefault(key, holder)
        return found

    def _ask_for_holders(self, drafts: Sequence[Draft], constraints: Constraints) -> None:
        """Other items may carry an identifier that an item would get now. A record that gets a new item was
        looked for already."""
        wanted: dict[str, dict[str, str]] = {}
        for draft in drafts:
            for pid, text in _texts(draft.additions) if draft.live else ():
                if draft.live and any(constraints.of(pid, ConstraintKind.DISTINCT_VALUES)):
                    wanted.setdefault(pid, {})[text] = draft.live.qid
        for pid, texts in wanted.items():
            for text, holders in self._reader.find_by_identifiers(pid, list(texts)).items():
                if others := [qid for qid in holders if qid != texts[text]]:
                    self._held.setdefault((pid, text), " and ".join(others))

    def _described_before(self, draft: Draft) -> Iterable[Finding]:
        """The wiki refuses a second item with the same name and description."""
        for lang, text in draft.additions.descriptions.items() if draft.live is None else ():
            label = draft.additions.labels.get(lang)
            if label is None:
                continue
            first = self._described.setdefault((lang, label, text), draft.record_id)
            if first != draft.record_id:
                why = f"the new item would have the name and description of that of {first} in {lang!r}"
                yield Finding(FindingCode.SAME_NAME_AND_DESCRIPTION, Severity.CRITICAL, None, why)


def said_otherwise(record: Mapping[str, Any]) -> tuple[Finding, ...]:
    """What a record says in a form that the wiki would change, or that cannot be said on it so exactly, or at
    all; it is sent in the wiki's form."""
    return (*_restored(record), *_dated_otherwise(record))


def _dated_otherwise(record: Mapping[str, Any]) -> Iterable[Finding]:
    for column, pid, said_as in (("inception", INCEPTION, said), ("designated", START, point)):
        edtf = record[column] if column == "inception" or record["designation_item"] else None
        if shortened(edtf):
            why = f"{pid}: of {edtf} only the year is sent: nobody says by which calendar the day is meant"
            yield Finding(FindingCode.EARLY_GREGORIAN, Severity.WARNING, pid, why)
        elif edtf and said_as(edtf) is None:
            why = f"{pid}: {edtf} cannot be said on a wiki, and is left out"
            yield Finding(FindingCode.NOT_SENDABLE, Severity.INFO, pid, why)


def _restored(record: Mapping[str, Any]) -> tuple[Finding, ...]:
    odd = [
        name["text"] for name in record["names"] or () if stored(name["text"] or "") != (name["text"] or "")
    ]
    odd += [record["record_id"]] if nfc(record["record_id"]) != record["record_id"] else []
    return tuple(
        Finding(FindingCode.STORED_OTHERWISE, Severity.INFO, None, f"{text!r} is sent as the wiki stores it")
        for text in odd
    )


def rows_of(record_id: str | None, qid: str | None, findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Rows of the table FINDINGS."""
    return [
        {
            "record_id": record_id,
            "qid": qid,
            "code": one.code.value,
            "severity": one.severity.value,
            "property": one.property,
            "text": one.text,
        }
        for one in findings
    ]


def _texts(content: Content) -> list[tuple[str, str]]:
    """Property and text of every statement that has a text, as the wiki stores it."""
    return [(s.property, stored(s.value.text)) for s in content.statements if isinstance(s.value, TextValue)]
