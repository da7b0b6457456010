"""Compares the upload journal with what the wiki says that we did."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

from heritage.errors import BatchTaken
from heritage.model.edit import EditState
from heritage.ports.audit import Audited, Cause, Difference
from heritage.ports.clock import Clock
from heritage.ports.decisions import Batch, Journal, JournalEntry
from heritage.ports.orders import UndoneEdits, UndoneEntry, UndoState
from heritage.ports.wiki import READ_TOGETHER, Contribution, Entity, WikiHistory
from heritage.statements.afterwards import lacking
from heritage.statements.content_json import from_json
from heritage.statements.live import parse_entity
from heritage.statements.summary import Named, read_summary, undo_id
from heritage.statements.undoing import undoing

log = logging.getLogger(__name__)

_TAKEN_BACK = (UndoState.UNDONE, UndoState.PARTLY)


def audit(
    batches: Sequence[Batch],
    *,
    journal: Journal,
    undone: UndoneEdits,
    wiki: WikiHistory,
    clock: Clock,
    settle: float,
    progress: Callable[[int, int], None] | None = None,
) -> Audited:
    """Every difference between the journal of these batches, all of one target, and the wiki's own history.

    What was being sent longer than `settle` seconds ago and stands in the history is confirmed in the
    journal; all else is told and left as it is. Nothing is written to the wiki. Raises WikiBusy when it does
    not answer.
    """
    auditor = _Auditor(batches, journal, wiki, clock, settle)
    for batch in batches:
        entries = journal.entries(batch.batch_id)
        notes = {note.edit_id: note for note in undone.entries(batch.batch_id)}
        auditor.renewed |= set(_renewed(entries))
        for start in range(0, len(entries), READ_TOGETHER):
            part = entries[start : start + READ_TOGETHER]
            auditor.compare(part, notes)
            if progress:
                progress(start + len(part), len(entries))
    result = auditor.audited()
    log.info(
        "%d batches: %d edits agree, %d are being sent; %d were put right in the journal; %d differ; others "
        "have changed %d since.",
        *(len(batches), result.agree, result.sending, len(result.mended), len(result.differences)),
        len(result.since),
    )
    for one in result.differences:
        log.warning("Batch %s, edit %s, %s: %s; %s", one.batch_id, one.edit_id, one.qid, one.cause, one.why)
    return result


class _Auditor:
    """What is known of the wiki's history, and what was found until now."""

    def __init__(
        self,
        batches: Sequence[Batch],
        journal: Journal,
        wiki: WikiHistory,
        clock: Clock,
        settle: float,
    ) -> None:
        self._batches, self._journal, self._wiki = batches, journal, wiki
        self._clock, self._settle = clock, timedelta(seconds=settle)
        since = min((batch.planned_at for batch in batches), default=clock.now())
        self._history = _by_token(wiki.contributions(since))
        self.renewed: set[tuple[str | None, str]] = set()
        """Items and properties of which a later edit of ours says something else."""
        self._known: set[str] = set()
        self._agree = self._sending = 0
        self._mended: list[Difference] = []
        self._differences: list[Difference] = []
        self._since: list[Difference] = []

    def compare(self, entries: Sequence[JournalEntry], notes: Mapping[str, UndoneEntry]) -> None:
        """Some entries of one batch, with what was taken back of it."""
        standing = [self._mend(entry) for entry in entries]
        live = self._wiki.read([entry.qid for entry in standing if entry.qid])
        for entry in standing:
            self._known |= {entry.edit_id, undo_id(entry.edit_id)}
            before = len(self._differences)
            entity, note = live.get(entry.qid or ""), notes.get(entry.edit_id)
            if entry.state is EditState.SENDING and not self._is_settled(entry):
                self._sending += 1
                continue
            if entry.state is EditState.CONFIRMED:
                self._compare_confirmed(entry, entity, note)
            else:
                self._compare_unsent(entry)
            self._compare_undone(entry, entity, note)
            self._agree += len(self._differences) == before

    def audited(self) -> Audited:
        """All that was found; what the wiki has of these batches and the journal does not know is added."""
        wanted = {batch.batch_id for batch in self._batches}
        for token, found in self._history.items():
            for named, made in found:
                if token not in self._known and named.batch_id in wanted:
                    why = f"revision {made.revision} names the batch, whose journal has no such edit"
                    self._differences.append(
                        Difference(named.batch_id, token, "", made.title, Cause.NOT_IN_JOURNAL, why)
                    )
        told = (tuple(self._mended), tuple(self._differences), tuple(self._since))
        return Audited(len(self._batches), self._agree, self._sending, *told)

    def _mend(self, entry: JournalEntry) -> JournalEntry:
        """The entry as it should stand: what was being sent and is in the history has arrived."""
        made = self._made(entry.edit_id)
        if entry.state is EditState.SENDING and made and self._is_settled(entry):
            with suppress(BatchTaken):  # another run has settled it meanwhile
                entry = self._journal.confirmed(entry, made[0].title, made[0].revision, self._clock.now())
                why = f"it arrived as revision {made[0].revision}, the journal still had it as being sent"
                self._mended.append(_about(entry, Cause.NOT_IN_JOURNAL, why))
        return entry

    def _is_settled(self, entry: JournalEntry) -> bool:
        return entry.sent_at is None or self._clock.now() - entry.sent_at > self._settle

    def _made(self, token: str) -> list[Contribution]:
        return [made for _, made in self._history.get(token, ())]

    def _compare_confirmed(
        self, entry: JournalEntry, entity: Entity | None, note: UndoneEntry | None
    ) -> None:
        made = self._made(entry.edit_id)
        if entity is None:
            self._since.append(_about(entry, Cause.NOT_ON_WIKI, "the item was deleted since"))
            return
        if not made:
            self._differ(entry, Cause.NOT_ON_WIKI, f"confirmed as revision {entry.revision}")
            return
        if len(made) > 1:
            told = ", ".join(f"{one.revision} of {one.title}" for one in made)
            self._differ(entry, Cause.DOUBLED, f"revisions {told}")
        elif (made[0].title, made[0].revision) != (entry.qid, entry.revision):
            why = f"revision {made[0].revision} of {made[0].title}, in the journal {entry.revision}"
            self._differ(entry, Cause.DIFFERS, why)
        if note and note.state in _TAKEN_BACK:
            return
        missing = lacking(from_json(entry.content), parse_entity(entity))
        if lacks := [what for what in missing if (entry.qid, what) not in self.renewed]:
            self._changed(entry, entity, entry.revision, f"lacks {', '.join(lacks)}")

    def _compare_unsent(self, entry: JournalEntry) -> None:
        made = self._made(entry.edit_id)
        if made:
            told = f"revision {made[0].revision} of {made[0].title}, {entry.state.value} in the journal"
            self._differ(entry, Cause.DOUBLED if len(made) > 1 else Cause.NOT_IN_JOURNAL, told)
        elif entry.state is EditState.SENDING:
            self._differ(entry, Cause.NOT_ON_WIKI, "it was being sent; the next upload sends it again")

    def _compare_undone(self, entry: JournalEntry, entity: Entity | None, note: UndoneEntry | None) -> None:
        made = self._made(undo_id(entry.edit_id))
        sent = note is not None and note.attempts > 0
        if made and not sent:
            self._differ(entry, Cause.NOT_IN_JOURNAL, f"taken back by revision {made[-1].revision}")
        if note is None or entity is None or note.state is not UndoState.UNDONE:
            return
        if sent and not made:
            self._differ(entry, Cause.NOT_ON_WIKI, "taken back, says the journal")
        if not entry.creates and undoing(from_json(entry.content), entry.edit_id, entity).removes:
            self._changed(entry, entity, note.revision, "is there again after it was taken back")

    def _changed(self, entry: JournalEntry, entity: Entity, revision: int | None, why: str) -> None:
        """Somebody has edited the item after us, or the wiki has not saved what we sent."""
        if int(entity["lastrevid"]) == revision:
            self._differ(entry, Cause.DIFFERS, why)
        else:
            self._since.append(_about(entry, Cause.DIFFERS, why))

    def _differ(self, entry: JournalEntry, cause: Cause, why: str) -> None:
        self._differences.append(_about(entry, cause, why))


def _renewed(entries: Iterable[JournalEntry]) -> Iterator[tuple[str | None, str]]:
    for entry in entries:
        for renewal in from_json(entry.content).renewals if '"renewals"' in entry.content else ():
            yield entry.qid, renewal.after.property


def _about(entry: JournalEntry, cause: Cause, why: str) -> Difference:
    return Difference(entry.batch_id, entry.edit_id, entry.record_id, entry.qid or "", cause, why)


def _by_token(contributions: Iterable[Contribution]) -> dict[str, list[tuple[Named, Contribution]]]:
    """Our contributions by the edit, or undo, that their summaries name, oldest first."""
    found: dict[str, list[tuple[Named, Contribution]]] = defaultdict(list)
    for made in contributions:
        named = read_summary(made.comment)
        if named:
            found[named.token].insert(0, (named, made))
    return dict(found)
