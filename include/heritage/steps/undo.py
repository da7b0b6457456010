"""Takes a batch back from the wiki: what we added goes where nobody has built on it, the rest is told."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from heritage.errors import EditConflict, WikiBusy, WikiRefused, WikiStopped, WikiUnclear
from heritage.model.digest import canonical_json
from heritage.model.edit import EditState
from heritage.model.figures import placeless
from heritage.ports.clock import Clock
from heritage.ports.decisions import Journal, JournalEntry
from heritage.ports.orders import UndoneEdits, UndoneEntry, UndoState
from heritage.ports.pace import Pace
from heritage.ports.wiki import Entity, WikiReader, WikiWriter, WriteResult
from heritage.statements.content_json import from_json
from heritage.statements.summary import undo_id, undo_summary
from heritage.statements.undoing import Undoing, built_on, undoing
from heritage.steps.paced import keep_pace
from heritage.steps.upload import counted
from heritage.steps.upload_limits import UploadLimits

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of the edits of a batch that had reached the wiki. `reasons` counts why something was left,
    `deletions` are new items that only an administrator of the wiki can delete, `now` were settled in this
    run. In a dry run they are what an undo would do."""

    batch_id: str
    undone: int
    partly: int
    left: int
    deletions: tuple[str, ...]
    reasons: Mapping[str, int]
    now: int


def undo(
    batch_id: str,
    title: str,
    *,
    journal: Journal,
    undone: UndoneEdits,
    writer: WikiWriter,
    clock: Clock,
    wait: Callable[[float], None],
    pace: Pace,
    limits: UploadLimits,
    progress: Callable[[int, int], None] | None = None,
) -> Undone:
    """Takes back every confirmed edit of a batch, the newest first, and gives an account of all.

    Safe to repeat after any crash: each item is read again, and only what still is ours is removed. What was
    left before is looked at again. Stops for the stop page as an upload does. Raises WikiStopped, WikiBusy
    and BatchTaken as an upload does.
    """
    entries, settled = _to_take_back(batch_id, journal, undone)
    target = next((batch.target for batch in journal.batches() if batch.batch_id == batch_id), "")
    taker = _Taker(target, title, undone, writer, clock, wait, pace, limits)
    outcomes: list[tuple[JournalEntry, UndoState, str]] = []
    now = 0
    for done, entry in enumerate(entries):
        note = settled.get(entry.edit_id)
        if note and note.state is UndoState.UNDONE:
            outcomes.append((entry, note.state, note.reason))
        else:
            ended = taker.take_back(entry)
            outcomes.append((entry, ended.state, ended.reason))
            now += 1
        if progress:
            progress(done + 1, len(entries))
    result = _account(batch_id, outcomes, now)
    reasons = ", ".join(f"{number} {reason}" for reason, number in result.reasons.items()) or "none"
    log.info(
        "Batch %s: of %d edits %d are taken back, %d in part, %d are left, %d new items are for an "
        "administrator to delete; left because: %s.",
        *(batch_id, len(entries), result.undone, result.partly, result.left, len(result.deletions), reasons),
    )
    return result


def foresee(
    batch_id: str,
    *,
    journal: Journal,
    undone: UndoneEdits,
    wiki: WikiReader,
    progress: Callable[[int, int], None] | None = None,
) -> Undone:
    """What an undo would do now; it has nothing to write with, neither the wiki nor the journal."""
    entries, settled = _to_take_back(batch_id, journal, undone)
    outcomes: list[tuple[JournalEntry, UndoState, str]] = []
    for done, entry in enumerate(entries):
        note = settled.get(entry.edit_id)
        if note and note.state is UndoState.UNDONE:
            outcomes.append((entry, note.state, note.reason))
        else:
            found = _look(entry, wiki, sent=bool(note and note.attempts))
            if isinstance(found, _Removal):
                left = found.undoing.left
                found = _End(UndoState.PARTLY if left else UndoState.UNDONE, "; ".join(left))
            outcomes.append((entry, found.state, found.reason))
        if progress:
            progress(done + 1, len(entries))
    return _account(batch_id, outcomes, 0)


def _to_take_back(
    batch_id: str, journal: Journal, undone: UndoneEdits
) -> tuple[list[JournalEntry], dict[str, UndoneEntry]]:
    """What is on the wiki, the newest first, and what is known of its taking back."""
    entries = [entry for entry in journal.entries(batch_id) if entry.state is EditState.CONFIRMED]
    return entries[::-1], {note.edit_id: note for note in undone.entries(batch_id)}


def _account(batch_id: str, outcomes: list[tuple[JournalEntry, UndoState, str]], now: int) -> Undone:
    states = Counter(state for _, state, _ in outcomes)
    kept = (reason for _, state, reason in outcomes if state in (UndoState.LEFT, UndoState.PARTLY))
    reasons = Counter(counted(reason) for reason in kept)
    deletions = tuple(entry.qid or "" for entry, state, _ in outcomes if state is UndoState.TO_DELETE)
    return Undone(
        batch_id,
        undone=states[UndoState.UNDONE],
        partly=states[UndoState.PARTLY],
        left=states[UndoState.LEFT],
        deletions=deletions,
        reasons=dict(reasons.most_common()),
        now=now,
    )


@dataclass(frozen=True, slots=True)
class _End:
    """How the taking back of an edit ends."""

    state: UndoState
    reason: str


@dataclass(frozen=True, slots=True)
class _Removal:
    """What there is to send, and the item as it was read."""

    undoing: Undoing
    entity: Entity


class _Taker:
    """One run over a batch."""

    def __init__(
        self,
        target: str,
        title: str,
        undone: UndoneEdits,
        writer: WikiWriter,
        clock: Clock,
        wait: Callable[[float], None],
        pace: Pace,
        limits: UploadLimits,
    ) -> None:
        self._target, self._title, self._undone, self._writer = target, title, undone, writer
        self._clock, self._wait, self._pace, self._limits = clock, wait, pace, limits
        self._troubles = 0

    def take_back(self, entry: JournalEntry) -> UndoneEntry:
        """Brings one edit to an end, or raises what stops the batch."""
        note = self._undone.begin(self._target, entry)
        refused = ""
        for _ in range(self._limits.attempts):
            text = self._writer.stop_requested()
            if text:
                raise WikiStopped(f"The stop page says: {text[:300]}")
            found = _look(entry, self._writer, sent=note.attempts > 0)
            if isinstance(found, _Removal) and refused:
                found = _End(UndoState.LEFT, refused)
            elif isinstance(found, _Removal) and keep_pace(self._pace, self._clock, self._wait):
                found = _look(entry, self._writer, sent=note.attempts > 0)  # it may have changed meanwhile
            if isinstance(found, _End):
                return self._settle(entry, note, found)
            note = self._undone.sending(note, canonical_json(found.undoing.data), self._clock.now())
            refused = self._send(entry, found)
        raise WikiBusy(
            f"Edit {entry.edit_id} could not be taken back in {self._limits.attempts} attempts; the next run "
            "goes on with it."
        )

    def _send(self, entry: JournalEntry, removal: _Removal) -> str:
        """Sends it once and waits until it can be read back; gives why the wiki refused it, if it did."""
        entity, trouble, refusal = removal.entity, "", ""
        summary = undo_summary(self._title, entry.batch_id, entry.edit_id, self._limits.edit_groups)
        try:
            made = self._writer.remove(entity["id"], removal.undoing.data, int(entity["lastrevid"]), summary)
            self._read_back(made)
        except WikiBusy as busy:
            log.info("%s", placeless(str(busy)))
            self._wait(self._limits.busy if busy.retry_after is None else busy.retry_after)
            return ""
        except EditConflict as conflict:
            log.info("Taking back edit %s: %s", entry.edit_id, placeless(str(conflict)))
            return ""
        except WikiRefused as refused:
            trouble = str(refused)
            refusal = f"refused, {refused.code}: {placeless(trouble)}"
        except WikiUnclear as unclear:
            log.warning(
                "Taking back edit %s: %s Looking on the wiki.", entry.edit_id, placeless(str(unclear))
            )
            trouble = str(unclear)
        self._count_trouble(trouble)
        return refusal

    def _read_back(self, made: WriteResult) -> None:
        for again in range(self._limits.attempts):
            entity = self._writer.read([made.qid]).get(made.qid)
            if entity is None or int(entity["lastrevid"]) >= made.revision:
                return
            if again + 1 < self._limits.attempts:
                self._wait(self._limits.look_every)  # the copy that answers is behind

    def _settle(self, entry: JournalEntry, note: UndoneEntry, end: _End) -> UndoneEntry:
        log.info("Edit %s: %s. %s", entry.edit_id, end.state, end.reason)
        revision = None
        if note.attempts and note.revision is None:
            found = self._writer.find_edit(undo_id(entry.edit_id), note.sent_at or self._clock.now())
            revision = found.revision if found else None
        return self._undone.settled(note, end.state, end.reason, revision, self._clock.now())

    def _count_trouble(self, why: str) -> None:
        self._troubles = self._troubles + 1 if why else 0
        if self._troubles >= self._limits.breaker:
            raise WikiStopped(
                f"{self._troubles} troubles in a row, the last: {placeless(why)} A person must look before "
                "the undo goes on."
            )


def _look(entry: JournalEntry, wiki: WikiReader, *, sent: bool) -> _End | _Removal:
    """How it ends, or what there is to send; `sent`: something was sent for it before."""
    qid = entry.qid or ""
    entity = wiki.read([qid]).get(qid)
    if entity is None:
        return _End(UndoState.LEFT, f"not there: {qid} is deleted")
    if entity["id"] != qid:
        return _End(UndoState.LEFT, f"merged: {qid} leads to {entity['id']} now")
    content = from_json(entry.content)
    if entry.creates:
        return _new_item(entry, built_on(content, entity), int(entity["lastrevid"]))
    found = undoing(content, entry.edit_id, entity)
    if found.data:
        return _Removal(found, entity)
    if found.left:
        return _End(UndoState.PARTLY if sent else UndoState.LEFT, "; ".join(found.left))
    return _End(UndoState.UNDONE, "" if sent else "gone: somebody had removed it before")


def _new_item(entry: JournalEntry, changes: tuple[str, ...], revision: int) -> _End:
    if revision == entry.revision:
        return _End(UndoState.TO_DELETE, f"to delete: nobody but us has edited {entry.qid}")
    what = ", ".join(changes) or "edited since"
    return _End(UndoState.LEFT, f"built on by others: {entry.qid}, {what}")
