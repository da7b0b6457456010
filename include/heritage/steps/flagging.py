"""What flagging rests on: whom it asks, digests of what they say, and what it came to the last time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from heritage.mapping import World
from heritage.model.arrow import pc
from heritage.model.digest import digest_json, inputs_digest
from heritage.model.disclosure import Request
from heritage.model.evidence import Evidence
from heritage.ports.clock import Clock
from heritage.ports.files import SnapshotStore
from heritage.ports.vocabularies import Vocabularies
from heritage.spec.loader import LoadedSpec
from heritage.steps.disclose import disclosure_inputs
from heritage.steps.gather import CONSERVATION, Others
from heritage.steps.own_evidence import own_inputs, previous_good

MARKS = "flagged"
"""The JSON beside the tables: digests of what they were made from, the next day on which evidence expires,
and the counts."""


@dataclass(frozen=True, slots=True)
class Flagging:
    """What flagging works with, beside the register. `others` may speak of its records, `requests` are what
    people asked for, `reports` what they saw and others confirmed."""

    store: SnapshotStore
    vocabularies: Vocabularies
    clock: Clock
    world: World
    others: Others = field(default_factory=Others)
    requests: Sequence[Request] = ()
    reports: Sequence[Evidence] = ()


def touched(loaded: LoadedSpec, snapshot: str, given: Flagging) -> bool:
    """Whether flagging the snapshot again could say anything else than it said: somebody who can speak of
    its records says something new, a rule or a request is new, or evidence has expired since."""
    known = known_flagging(loaded, snapshot, given.store)
    if not known:
        return True
    turn = known["next_turn"]
    due = turn is not None and date.fromisoformat(turn) <= given.clock.now().date()
    marks = source_marks(loaded, snapshot, given)
    return due or any(known.get(name) != digest for name, digest in marks.items())


def source_marks(loaded: LoadedSpec, snapshot: str, given: Flagging) -> dict[str, Any]:
    """Digests of everything that the tables are made from, but for the day."""
    store, spec, vocabularies = given.store, loaded.spec, given.vocabularies
    others = given.others.of(loaded)
    schemes = [vocabularies.scheme(layer.spec.layer.scheme) for layer in others.layers]
    if others.index:
        schemes.append(vocabularies.scheme(CONSERVATION))
    evidence = inputs_digest(
        "evidence",
        own_inputs(spec, snapshot, store, vocabularies),
        digest_json([scheme.model_dump(mode="json") for scheme in schemes]),
        digest_json(others.versions(store)),
        previous_good(loaded, snapshot, store) or "",
        *([digest_json(list(_dated(given.reports)))] if given.reports else []),
    )
    rules = vocabularies.disclosure()
    judged = inputs_digest(
        "flag",
        digest_json(vocabularies.combination().model_dump(mode="json")),
        disclosure_inputs(loaded, snapshot, store=store, rules=rules, requests=given.requests),
    )
    return {"evidence": evidence, "judged": judged, "previous": previous_good(loaded, snapshot, store)}


def _dated(reports: Sequence[Evidence]) -> Iterator[dict[str, Any]]:
    """As JSON."""
    for one in reports:
        yield {name: str(value) for name, value in asdict(one).items()}


def risk_inputs(marks: Mapping[str, Any], evidence: pa.Table, today: date) -> str:
    """The day matters only as far as evidence has expired by then."""
    expired = pc.filter(evidence["valid_until"], pc.less_equal(evidence["valid_until"], pa.scalar(today)))
    turn = pc.max(expired).as_py() if len(expired) else None
    return inputs_digest("flag", marks["evidence"], marks["judged"], turn.isoformat() if turn else "")


def known_flagging(loaded: LoadedSpec, snapshot: str, store: SnapshotStore) -> dict[str, Any]:
    """What was noted when the snapshot was flagged last; empty when it never was."""
    try:
        known: dict[str, Any] = store.read_json(loaded.spec.id, snapshot, MARKS)
    except FileNotFoundError:
        return {}
    return known


def carried_from(loaded: LoadedSpec, snapshot: str, store: SnapshotStore) -> str | None:
    """The snapshot whose evidence, history and tasks are carried on: this one, if it was flagged already
    after the same one before it."""
    previous = previous_good(loaded, snapshot, store)
    known = known_flagging(loaded, snapshot, store)
    return snapshot if known and known.get("previous") == previous else previous
