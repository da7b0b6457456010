"""Turns what stands approved into batches, and refuses what is not what was decided on."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from heritage.disclosure.gate import for_wiki
from heritage.errors import DecisionMissing, DecisionStale, GovernanceError
from heritage.licence.gate import GateAnswer, allowed_kinds
from heritage.model.digest import digest_json
from heritage.model.edit import Kind
from heritage.model.governance import LicenceAnswer
from heritage.model.tables import RECORDS
from heritage.ports.decisions import Ground, Journal
from heritage.ports.files import SnapshotStore
from heritage.spec.loader import LoadedSpec
from heritage.statements.selection import cuts_of, union
from heritage.steps.claims import Claims
from heritage.steps.decided_edits import decided_edits, still_proposed
from heritage.steps.govern_standing import Approved
from heritage.steps.rulings import raised, rulings_in_force

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class UploadBatch:
    """Approved edits of one dataset from one round: one row of `edits` (schema EDITS) an item. `grounds` say
    why the licence lets each kind of information go out."""

    batch_id: str
    dataset: str
    title: str
    identifier: str | None
    target: str
    decisions: tuple[int, ...]
    edits: pa.Table
    grounds: tuple[Ground, ...] = ()


def approved_of(dataset: str, approved: Sequence[Approved]) -> list[Approved]:
    """The rulings that concern a dataset, of all of `govern.approved`. Raises DecisionMissing when there is
    none."""
    found = [ruling for ruling in approved if ruling.proposal.dataset == dataset]
    if not found:
        raise DecisionMissing(f"Nothing is approved for {dataset}: put it to the governance body first.")
    return found


def plan(
    loaded: LoadedSpec,
    approved: Sequence[Approved],
    *,
    target: str,
    licence: Mapping[Kind, GateAnswer],
    store: SnapshotStore,
    journal: Journal,
    basis: str,
) -> list[UploadBatch]:
    """What is to be sent now, a batch a round; batches that are settled already are left out.

    `approved` as `govern.approved` gives it; rulings on other datasets are passed over. `licence` is
    what the gate answers today for each kind of information, `basis` the digest of the rules of disclosure
    in force. Raises DecisionMissing when nothing is approved,
    DecisionStale when the edits or the licence of a decision are not what they were, and GovernanceError when
    a gate has closed since.
    """
    spec = loaded.spec
    rounds: dict[tuple[str, str, str], list[Approved]] = defaultdict(list)
    for ruling in approved_of(spec.id, approved):
        key = (ruling.decision.round_id, ruling.proposal.snapshot, ruling.proposal.edits_digest)
        rounds[key].append(ruling)
    batches = []
    stale: list[DecisionStale] = []
    for rulings in rounds.values():
        try:
            batch = _batch(loaded, rulings, target, licence, store, journal)
            if batch:
                refuse_more_than_told(spec.id, batch.edits, store, basis)
        except DecisionStale as error:
            log.warning("%s", error)
            stale.append(error)
            continue
        if batch:
            batches.append(batch)
    if stale and not batches:
        raise stale[-1]
    return batches


def _batch(
    loaded: LoadedSpec,
    rulings: Sequence[Approved],
    target: str,
    licence: Mapping[Kind, GateAnswer],
    store: SnapshotStore,
    journal: Journal,
) -> UploadBatch | None:
    spec = loaded.spec
    proposal = rulings[0].proposal
    decisions = tuple(ruling.decision.number for ruling in rulings)
    wanted = cuts_of(ruling.proposal for ruling in rulings)
    edits = decided_edits([ruling.proposal for ruling in rulings], store)
    chosen = union(edits, wanted)
    batch_id = digest_json([target, spec.id, rulings[0].decision.round_id, decisions])[:12]
    settled = pa.array(journal.settled(target, spec.id, decisions), pa.string())
    chosen = chosen.filter(pc.invert(pc.is_in(chosen["edit_id"], settled)))
    if not chosen.num_rows:
        return None
    grounds = tuple(_ground(kind, licence.get(kind)) for kind in sorted(wanted))
    closed = [ground.kind for ground in grounds if not _opens(ground)]
    if closed or not all(ruling.proposal.admitted for ruling in rulings):
        what = "a gate is closed"
        if closed:
            why = {licence[kind].reason for kind in wanted if kind in licence and kind in closed}
            what = f"the licence does not allow {', '.join(closed)} on {target}. {' '.join(sorted(why))}"
        raise GovernanceError(f"Decision {decisions} on {spec.id} cannot be carried out: {what}")
    _refuse_other_licence(rulings, grounds)
    chosen = _within(chosen, [licence[kind] for kind in wanted])
    if not chosen.num_rows:
        return None
    fresh = still_proposed(proposal, edits, chosen, store)
    return UploadBatch(batch_id, spec.id, spec.title, spec.item.identifier, target, decisions, fresh, grounds)


def still_free(batch: UploadBatch, licence: Mapping[Kind, GateAnswer]) -> None:
    """Asks the gate again while a batch is being sent. Raises GovernanceError when it has closed, or when it
    is another licence than the one that the batch was planned under."""
    if not batch.grounds:
        raise GovernanceError(f"Batch {batch.batch_id} was never put to the licence gate: nothing is sent.")
    for ground in batch.grounds:
        now = _ground(Kind(ground.kind), licence.get(Kind(ground.kind)))
        if now != ground:
            given = licence.get(Kind(ground.kind))
            raise GovernanceError(
                f"Batch {batch.batch_id} of {batch.dataset} stops, what waits is not sent: the licence gate "
                f"has closed, or opens for another reason now. {given.reason if given else ''}"
            )


def _ground(kind: Kind, given: GateAnswer | None) -> Ground:
    if given is None:
        return Ground(kind, "", LicenceAnswer.DENY, "")
    permission = given.permission.hash if given.permission else ""
    return Ground(kind, given.licence_id, given.answer, given.facts, permission)


def _opens(ground: Ground) -> bool:
    return Kind(ground.kind) in allowed_kinds(LicenceAnswer(ground.answer))


def _refuse_other_licence(rulings: Sequence[Approved], grounds: Sequence[Ground]) -> None:
    """Raises DecisionStale when the body decided under a licence that is not the one of today."""
    for ruling in rulings:
        of = ruling.proposal
        if any(ground.facts != of.licence for ground in grounds if ground.kind == of.kind):
            raise DecisionStale(
                f"The licence of {of.dataset} is not what it was at decision {ruling.decision.number} on "
                f"{of.kind}: its question is open again, put the proposal to the governance body once more."
            )


def _within(chosen: pa.Table, answers: Sequence[GateAnswer]) -> pa.Table:
    """The edits of records that every permission behind them is about."""
    kept = chosen
    for rows in (given.rows for given in answers if given.rows):
        kept = kept.filter(pc.is_in(kept["record_id"], pa.array(rows, pa.string())))
    if kept.num_rows < chosen.num_rows:
        left = chosen.num_rows - kept.num_rows
        log.warning("%d approved edits are of records that the permission is not about.", left)
    return kept


def refuse_more_than_told(dataset: str, chosen: pa.Table, store: SnapshotStore, basis: str) -> None:
    """Raises DecisionStale when disclosure keeps back something else today than when the edits were made: a
    place may have been flagged since or somebody may have asked, and what would hide it may not have been
    proposed yet. `basis` is the digest of the rules in force: rulings by other rules allow nothing.

    No record is named: that it is protected now is nobody's business.
    """
    good = store.last_good(dataset) or ""
    ids = chosen["record_id"].combine_chunks()
    records = store.read_table(dataset, good, "records", [n for n in RECORDS.names if n != "source_row"])
    risk = rulings_in_force(store, dataset, good, basis)
    on_items = zip(ids.to_pylist(), chosen["qid"].to_pylist(), strict=True)
    stricter = Claims.read(store, dataset).stricter({str(one): str(qid) for one, qid in on_items if qid})
    told = for_wiki(records.filter(pc.is_in(records["record_id"], ids)), raised(risk, stricter))
    edits = store.read_table(dataset, good, "edits", ["record_id", "withheld"])
    today, then = (
        {row["record_id"]: row["withheld"] for row in table.select(["record_id", "withheld"]).to_pylist()}
        for table in (told, edits)
    )
    differ = [
        record_id
        for record_id in ids.to_pylist()
        if record_id not in today
        or (record_id in then and not set(today[record_id]) <= set(then[record_id] or ()))
    ]
    if differ:
        raise DecisionStale(
            f"Disclosure has changed for {len(differ)} of {chosen.num_rows} edits of {dataset} since they "
            "were made: let the dataset propose again."
        )
