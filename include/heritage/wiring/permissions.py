"""What is on record about licences and how it gets there, bound to the stores that the settings name."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from heritage.adapters.clock import SystemClock
from heritage.adapters.letters import letter
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.errors import GovernanceError
from heritage.licence.permission import Permission, PermissionKind, Scope, Target
from heritage.licence.question import Question
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSource, LoadedSpec
from heritage.spec.record import Cell, DateSource
from heritage.steps import permissions as steps
from heritage.steps.judge_licence import facts_now
from heritage.steps.permissions import Kept
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store, letter_archive, permission_store, snapshot_store
from heritage.wiring.terms import governance_settings

_LETTER = Path("letters", "waiver.en.txt")


@dataclass(frozen=True, slots=True)
class Given:
    """A permission as it is entered; `letter` is a file, `rows` a file with an id a line."""

    kind: PermissionKind
    target: Target
    given_on: date
    by: str
    role: str = ""
    kinds: str = ""
    rows: Path | None = None
    covers_database_right: bool = False
    letter: Path | None = None
    ticket: str = ""
    valid_until: date | None = None
    legal_note: str = ""


def add_permission(loaded: LoadedSource, given: Given, settings: Settings) -> Permission:
    """Archives the letter and puts the permission on record. Raises GovernanceError."""
    letters = letter_archive(settings)
    permission = Permission(
        dataset=loaded.spec.id,
        licence_id=loaded.spec.licence.id,
        target=given.target,
        kind=given.kind,
        given_on=given.given_on,
        by=given.by.strip(),
        role=given.role.strip(),
        scope=_scope(given.kinds, given.rows),
        covers_database_right=given.covers_database_right,
        ticket=given.ticket.strip(),
        letter=letters.keep(given.letter) if given.letter else "",
        valid_until=given.valid_until,
        legal_note=given.legal_note.strip(),
        stated=facts_now(loaded.spec, snapshot_store(settings)).stated,
    )
    return steps.add(
        permission,
        records=permission_store(settings),
        letters=letters,
        clock=SystemClock(),
        by=settings.person,
    )


def revoke_permission(beginning: str, reason: str, settings: Settings) -> Permission:
    """See `steps.permissions.revoke`."""
    return steps.revoke(
        beginning,
        reason,
        records=permission_store(settings),
        decisions=decision_store(settings),
        letters=letter_archive(settings),
        settings=governance_settings(settings),
        clock=SystemClock(),
        by=settings.person,
    )


def permissions_on_record(settings: Settings) -> list[Kept]:
    """See `steps.permissions.on_record`."""
    return steps.on_record(
        records=permission_store(settings),
        decisions=decision_store(settings),
        letters=letter_archive(settings),
        settings=governance_settings(settings),
        clock=SystemClock(),
    )


def ask_body(
    loaded: LoadedSource,
    target: Target,
    settings: Settings,
    *,
    kinds: str,
    rows: Path | None,
    reasons: str,
    legal_note: str,
    months: int,
) -> Question:
    """See `steps.permissions.ask_body`."""
    return steps.ask_body(
        loaded,
        target,
        _scope(kinds, rows),
        reasons=reasons,
        legal_note=legal_note,
        months=months,
        by=settings.person,
        store=snapshot_store(settings),
        licences=YamlVocabularies(settings.vocabularies).licences(),
        records=permission_store(settings),
        clock=SystemClock(),
    )


def waiver_letter(loaded: LoadedSpec, settings: Settings) -> str:
    """The letter that asks the owner of a dataset the two questions, filled in."""
    spec = loaded.spec
    words = {
        "title": spec.title,
        "publisher": spec.licence.maker or spec.publisher.name,
        "url": spec.harvest.url,
        "licence": spec.licence.id.removeprefix("LicenseRef-"),
        "evidence": spec.licence.evidence,
        "attribution": spec.licence.attribution or spec.publisher.name,
        "fields": _fields(spec),
        "body": governance_settings(settings).body,
        "contact": settings.contact,
        "day": SystemClock().now().date(),
    }
    return letter(settings.vocabularies / _LETTER, words)


def _fields(spec: DatasetSpec) -> list[tuple[str, str]]:
    """What would be taken, with the register's own columns."""
    record = spec.record
    cells: dict[str, list[Cell | DateSource | None]] = {
        "identifier": [record.id],
        "name": [source for _, source in record.names()],
        "type": [record.type],
        "designation or status of protection": [record.designation],
        "municipality": [record.municipality],
        "address": [record.address],
        "date of building": [record.inception],
        "date of protection": [record.designated],
    }
    fields = [
        (what, ", ".join(dict.fromkeys(column for cell in found if cell for column in cell.read())))
        for what, found in cells.items()
        if any(found)
    ]
    if record.point:
        fields.append(("coordinates", ", ".join(record.point.columns()) or "the geometry"))
    return fields


def _scope(kinds: str, rows: Path | None) -> Scope:
    if rows is None:
        return steps.scope_of(kinds, None)
    try:
        lines = rows.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise GovernanceError(f"{rows}: not text in UTF-8; give the register's ids, one a line") from None
    return steps.scope_of(kinds, tuple(filter(None, map(str.strip, lines))))
