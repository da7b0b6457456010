"""The edits that a decision is about, and whether they are still what was decided on."""

import logging
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from heritage.errors import DecisionStale
from heritage.model.edit import Kind
from heritage.model.governance import Proposal, Round
from heritage.ports.files import SnapshotStore
from heritage.statements.selection import content_hash, select

log = logging.getLogger(__name__)


def decided_edits(proposals: Sequence[Proposal], store: SnapshotStore) -> pa.Table:
    """The table that was rehearsed for proposals of one snapshot, if each still covers exactly what it gives.
    Raises DecisionStale when it is gone or another."""
    first = proposals[0]
    try:
        edits = store.read_table(first.dataset, first.snapshot, "edits", inputs=first.edits_digest)
    except FileNotFoundError as error:
        raise DecisionStale(f"The edits that were decided on are gone: {error}") from None
    for of in proposals:
        if content_hash(select(edits, [Kind(of.kind)], of.scope, of.region)) != of.content_hash:
            raise DecisionStale(
                f"The vote on {of.dataset}, {of.kind}, was about other edits than those stored under "
                f"{of.edits_digest}."
            )
    return edits


def still_proposed(proposal: Proposal, decided: pa.Table, chosen: pa.Table, store: SnapshotStore) -> pa.Table:
    """The chosen edits that the last good snapshot still proposes.

    What it does not propose any more is left out: delisted, withheld, or on the wiki already. What it
    proposes otherwise makes the decision stale.
    """
    dataset, snapshot = proposal.dataset, proposal.snapshot
    good = store.last_good(dataset)
    try:
        if good == snapshot and store.digest(dataset, snapshot, "edits") == proposal.edits_digest:
            return chosen
        current = store.read_table(dataset, good or "", "edits", ["record_id", "edit_id"])
    except FileNotFoundError:
        raise DecisionStale(
            f"{dataset} has a newer snapshot, {good}, for which no edits are proposed yet."
        ) from None
    columns = ["record_id", "edit_id"]
    now = {row["record_id"]: row["edit_id"] for row in current.to_pylist()}
    before = {row["record_id"]: row["edit_id"] for row in decided.select(columns).to_pylist()}
    records = [record_id for record_id in chosen["record_id"].to_pylist() if record_id in now]
    changed = [record_id for record_id in records if now[record_id] != before[record_id]]
    if changed:
        raise DecisionStale(
            f"{len(changed)} of {chosen.num_rows} edits of {dataset} have changed since the decision, "
            f"the first for record {changed[0]}: put them to the governance body again."
        )
    if len(records) < chosen.num_rows:
        log.warning(
            "%d approved edits of %s are not proposed any more.", chosen.num_rows - len(records), dataset
        )
    return chosen.filter(pc.is_in(chosen["record_id"], pa.array(records, pa.string())))


def _proposes(dataset: str, store: SnapshotStore) -> bool:
    """Whether the last good snapshot has its edits already: a newer one may be under way."""
    try:
        return bool(store.digest(dataset, store.last_good(dataset) or "", "edits"))
    except FileNotFoundError:
        return False


def vanished(round_: Round, store: SnapshotStore) -> dict[str, str]:
    """The proposals of a round whose edits are gone, or are others by now, each with the reason; no record is
    named, for the log is public."""
    found = {}
    for ranked in round_.proposals:
        of = ranked.proposal
        if not of.edits_digest:
            continue  # a question edits nothing
        try:
            edits = decided_edits([of], store)
            if _proposes(of.dataset, store):
                still_proposed(of, edits, select(edits, [Kind(of.kind)], of.scope, of.region), store)
        except DecisionStale:
            found[of.proposal_id] = (
                "what was voted on is not there any more, for the register or what is proposed of it has "
                "changed. It is ranked anew and comes back."
            )
    return found
