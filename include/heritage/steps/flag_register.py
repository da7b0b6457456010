"""Flags an at-risk register: what its rows say of other registers' records becomes a table of evidence."""

import logging
from dataclasses import dataclass
from typing import Any

from heritage.mapping import World
from heritage.model.arrow import pc
from heritage.model.digest import inputs_digest
from heritage.model.evidence import Status
from heritage.ports.files import SnapshotStore
from heritage.ports.vocabularies import Vocabularies
from heritage.risk.ledger import DELISTED_UNKNOWN, carry
from heritage.spec.loader import LoadedSpec
from heritage.steps.own_evidence import (
    earlier_evidence,
    own_evidence,
    own_inputs,
    previous_good,
    told_faults,
)

_log = logging.getLogger(__name__)
_TOLD = 5


@dataclass(frozen=True, slots=True)
class Listed:
    """`evidence` counts what is live, `subjects` those that it is about; `unnamed` rows that say something
    and name nobody. `delisted` counts what the register once had and dropped without a word. `unmapped` are
    terms that nobody knows and evidence that was refused, each in a sentence."""

    evidence: int
    subjects: int
    unnamed: int
    delisted: int
    unmapped: tuple[str, ...]


def flag_register(
    loaded: LoadedSpec, snapshot: str, *, store: SnapshotStore, vocabularies: Vocabularies, world: World
) -> Listed:
    """Writes `evidence` of a snapshot of the kind at_risk: schema EVIDENCE, where `property` says whose ids
    `record_id` holds, with what the last good snapshot had and this one ended."""
    spec = loaded.spec
    own = own_evidence(loaded, snapshot, store=store, vocabularies=vocabularies, world=world)
    previous = previous_good(loaded, snapshot, store)
    inputs = inputs_digest("evidence", own_inputs(spec, snapshot, store, vocabularies), previous or "")
    if not store.current(spec.id, snapshot, "evidence", inputs):
        table = carry(own.table, earlier_evidence(spec, previous, store), own.pull)
        by: Any = [(name, "ascending") for name in ("property", "record_id", "evidence_id")]
        store.write_table(spec.id, snapshot, "evidence", table.sort_by(by), inputs)
    table = store.read_table(spec.id, snapshot, "evidence", ["record_id", "status", "close_reason"])
    live = table.filter(pc.equal(table["status"], Status.LIVE.value))
    listed = Listed(
        evidence=live.num_rows,
        subjects=len(pc.unique(live["record_id"])),
        unnamed=own.unnamed,
        delisted=int(pc.sum(pc.equal(table["close_reason"], DELISTED_UNKNOWN)).as_py() or 0),
        unmapped=tuple(map(str, told_faults(spec, own))),
    )
    _log.info(
        "%s says %d things of %d places; %d rows name no place, %d things were dropped without a word, "
        "%d terms or dates are not used.",
        *(spec.title, listed.evidence, listed.subjects, listed.unnamed, listed.delisted),
        len(listed.unmapped),
    )
    for issue in listed.unmapped[:_TOLD]:
        _log.info("%s", issue)
    return listed
