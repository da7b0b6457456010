"""What becomes of evidence that a source had and has no more (domain details, part a: supersession)."""

from collections.abc import Collection
from dataclasses import dataclass

import pyarrow as pa

from heritage.model.arrow import pc, with_columns
from heritage.model.evidence import Status

REMOVED, DELISTED_UNKNOWN = "removed", "delisted_unknown"
Row = tuple[str, str]
"""A source's own row (record or entry) and a scheme."""
_SLOT = ("property", "record_id", "entry", "scheme", "independence_group")


@dataclass(frozen=True, slots=True)
class Pull:
    """What a whole pull of one source said, beside its evidence.

    `unread` are rows whose words or dates nobody understood: they close nothing. `taken_back` are rows that
    now say in so many words that there is nothing (a listing that ended). `schemes` are those that were
    asked. Where absence `closes`, what is silently gone was taken off a complete list.
    """

    snapshot: str
    schemes: Collection[str]
    closes: bool
    unread: Collection[Row] = frozenset()
    taken_back: Collection[Row] = frozenset()


def carry(now: pa.Table, before: pa.Table | None, pull: Pull) -> pa.Table:
    """The evidence of one source after a pull, live and ended, schema EVIDENCE.

    `now` is what the pull says, `before` what stood there after the last one. What is said again stays as it
    is said now. Of what is not: a new word of the same source about the same subject supersedes it; what the
    source takes back is closed as `removed`; what is silently gone is closed as `delisted_unknown`.
    """
    if before is None or not before.num_rows:
        return now
    gone = before.filter(pc.invert(pc.is_in(before["evidence_id"], now["evidence_id"].combine_chunks())))
    # What the same pull said before and not now was read by another description: nobody took it off a list.
    live = pc.equal(gone["status"], Status.LIVE.value)
    gone = gone.filter(pc.invert(pc.and_(live, pc.equal(gone["snapshot"], pull.snapshot))))
    if not gone.num_rows:
        return now
    taken = set(zip(*(now[name].to_pylist() for name in _SLOT), strict=True))
    ended = [_ended(row, taken, pull) for row in gone.to_pylist()]
    states, reasons = (pa.array(column, pa.string()) for column in zip(*ended, strict=True))
    return pa.concat_tables([now, with_columns(gone, {"status": states, "close_reason": reasons})])


def vanished(now: pa.Table, before: pa.Table, pull: Pull) -> int:
    """How many items that were live the pull closes without a word."""
    was = before.filter(pc.equal(before["status"], Status.LIVE.value))
    ended = carry(now, was, pull)
    return int(pc.sum(pc.equal(ended["close_reason"], DELISTED_UNKNOWN)).as_py() or 0)


def _ended(row: dict[str, str], taken: set[tuple[str, ...]], pull: Pull) -> tuple[str, str]:
    """Status and reason."""
    if row["status"] != Status.LIVE or row["scheme"] not in pull.schemes:
        return row["status"], row["close_reason"]
    said_by = (row["entry"] or row["record_id"], row["scheme"])
    if tuple(row[name] for name in _SLOT) in taken:
        return Status.SUPERSEDED.value, ""
    if said_by in pull.taken_back:
        return Status.CLOSED.value, REMOVED
    if said_by in pull.unread or not pull.closes:
        return Status.LIVE.value, ""
    return Status.CLOSED.value, DELISTED_UNKNOWN
