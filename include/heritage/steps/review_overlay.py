"""Lays what people said over what reconciliation decided."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from heritage.model.arrow import pc, put, with_columns
from heritage.model.digest import digest_json
from heritage.model.review import DONT_KNOW, NONE_OF_THESE, Answer, ReviewKind, Verdict
from heritage.ports.files import ItemIndex
from heritage.ports.reviews import Kept, ReviewStore
from heritage.review.trust import newest
from heritage.steps.review_asked import ITEM_COLUMNS, asked_on, item_marks, items_of, record_marks


@dataclass(frozen=True, slots=True)
class Tally:
    """How many said so, how many something else, and how many did not know; without experts."""

    up: int
    down: int
    unsure: int


@dataclass(slots=True)
class Overlay:
    """What people settled of a register's matches: by record id the task that holds.

    `stale` are tasks that were asked on data that has changed since. `laid` are those that changed a
    decision, or agreed with it.
    """

    settled: Mapping[str, Kept] = field(default_factory=dict)
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    stale: tuple[str, ...] = ()
    laid: set[str] = field(default_factory=set)

    @property
    def digest(self) -> str:
        """Of what holds; empty where nothing does."""
        found = sorted((one.task.task_id, one.outcome.choice) for one in self.settled.values())
        return digest_json(found)[:16] if found else ""

    def lay(self, matches: pa.Table) -> pa.Table:
        """The matches (schema MATCHES) as people decided them.

        A record of which people say that it is none of its candidates is new only while it has no other
        candidates than those that they saw. An item that people gave to a record is no other's by machine,
        and one that they gave to two records is for people again.
        """
        if not self.settled:
            return matches
        wanted = pa.array(sorted(self.settled), pa.string())
        claims = Counter(
            one.outcome.choice for one in self.settled.values() if one.outcome.choice != NONE_OF_THESE
        )
        theirs = pc.is_in(matches["record_id"], value_set=wanted)
        claimed = pc.is_in(matches["qid"], value_set=pa.array(sorted(claims), pa.string()))
        touched = pc.or_(theirs, pc.fill_null(claimed, fill_value=False)).to_numpy(zero_copy_only=False)
        at = touched.nonzero()[0]
        rows = matches.take(pa.array(at)).select(["record_id", "decision", "qid", "reason", "candidates"])
        decided = [self._decided(row, claims) for row in rows.to_pylist()]
        names = ("decision", "qid", "reason")
        columns = zip(*decided, strict=True) if decided else ((), (), ())
        return with_columns(
            matches,
            {name: put(matches[name], at, list(new)) for name, new in zip(names, columns, strict=True)},
        )

    def _decided(self, row: Mapping[str, object], claims: Counter[str]) -> tuple[str, str | None, str]:
        before = str(row["decision"]), _or_none(row["qid"]), str(row["reason"])
        kept = self.settled.get(str(row["record_id"]))
        if kept is None:
            told = f"People say that another record is this item ({row['qid']}). {row['reason']}"
            return "review", None, told
        choice, task_id = kept.outcome.choice, kept.task.task_id
        if choice == NONE_OF_THESE:
            candidates = row["candidates"] or ()
            unseen = {one["qid"] for one in candidates} - set(kept.task.choices)  # type: ignore[attr-defined]
            if unseen:
                return before
            self.laid.add(task_id)
            return "new", None, f"{self._says(kept)} that it is none of its candidates."
        if claims[choice] > 1:
            return "review", None, f"People say of more than one record that it is {choice}."
        self.laid.add(task_id)
        return "match", choice, f"{self._says(kept)} that it is {choice}."

    def _says(self, kept: Kept) -> str:
        if kept.outcome.by_expert:
            return "An expert says"
        tally = self.tallies[kept.task.task_id]
        return f"{tally.up} of {tally.up + tally.down} reviewers say"


def read_overlay(dataset: str, records: pa.Table, index: ItemIndex, store: ReviewStore) -> Overlay:
    """What people settled of a register's matches and still holds; `records` has the columns TO_RECONCILE.

    Of several tasks about a record the newest holds.
    """
    accepted = [
        one
        for one in store.tasks(dataset=dataset, verdicts=[Verdict.ACCEPTED], gold=False)
        if one.task.kind is ReviewKind.MATCH
    ]
    if not accepted:
        return Overlay()
    marks = record_marks(records, {one.task.record_id for one in accepted})
    items = item_marks(index.items(ITEM_COLUMNS), items_of(one.task for one in accepted))
    fresh: list[Kept] = []
    stale: list[str] = []
    for one in accepted:
        mark = marks.get(one.task.record_id, "")
        holds = mark and asked_on(mark, items, one.task.choices) == one.task.content_hash
        if holds:
            fresh.append(one)
        else:
            stale.append(one.task.task_id)
    fresh.sort(key=lambda one: (one.task.made_at, one.task.task_id))
    settled = {one.task.record_id: one for one in fresh}
    return Overlay(settled, tallies(settled.values(), store), tuple(stale))


def tallies(tasks: Collection[Kept], store: ReviewStore) -> dict[str, Tally]:
    """What reviewers said of settled tasks, by task id."""
    given = newest(store.answers(task_ids=[one.task.task_id for one in tasks]))
    by_task: dict[str, list[Answer]] = defaultdict(list)
    for answer in given:
        if not answer.expert:
            by_task[answer.task_id].append(answer)
    return {one.task.task_id: _tally(by_task[one.task.task_id], one.outcome.choice) for one in tasks}


def _tally(answers: Sequence[Answer], choice: str) -> Tally:
    unsure = sum(answer.choice == DONT_KNOW for answer in answers)
    up = sum(answer.choice == choice for answer in answers)
    return Tally(up, len(answers) - up - unsure, unsure)


def _or_none(value: object) -> str | None:
    return None if value is None else str(value)
