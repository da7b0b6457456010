"""What the pages on reviews show of tasks: the records and items that they are about, as far as they may be
told."""

from collections.abc import Sequence

from heritage.errors import HeritageError, ServiceBusy
from heritage.model.review import ReviewKind
from heritage.ports.matching import Explained
from heritage.ports.reconciliation import Entity
from heritage.ports.review_pages import TaskShown
from heritage.ports.reviews import Kept
from heritage.review.suggestion_json import from_json
from heritage.spec.campaign import Campaign
from heritage.spec.loader import find_spec
from heritage.steps.review_show import Look, is_public, show
from heritage.steps.review_suggest import About
from heritage.steps.review_terms import examples_of
from heritage.wiring.matching import Matches
from heritage.wiring.reconciliation import reconciliation
from heritage.wiring.reviews import covers, record_mark
from heritage.wiring.settings import Settings

_EXAMPLES = 5


class TasksShown:
    """Looks records and items up; the register that was read last is kept."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._matches = Matches(settings)

    def covered(self, campaign: Campaign, dataset: str) -> bool:
        """Whether a campaign asks about a register that is described."""
        loaded = find_spec(self._settings.datasets, dataset)
        return loaded is not None and covers(campaign, loaded)

    def about(self, campaign: Campaign, record: tuple[str, str]) -> About:
        """A record that something may be said of. Raises KeyError where there is none that may be told."""
        dataset, record_id = record
        told = self._record(dataset, record_id) if self.covered(campaign, dataset) else None
        if told is None:
            raise KeyError(record_id)
        return About(dataset, record_id, record_mark(self._settings, dataset, record_id), is_public(told))

    def tasks(self, tasks: Sequence[Kept]) -> list[TaskShown]:
        """Those that may be shown, in their order; read register by register, for one is kept at a time."""
        shown = {one.task.task_id: self.task(one) for one in sorted(tasks, key=lambda one: one.task.dataset)}
        return [found for one in tasks if (found := shown[one.task.task_id]) is not None]

    def task(self, kept: Kept, yours: str = "", comments: Sequence[str] = ()) -> TaskShown | None:
        """A task with the record that it is about; None where that may not be shown."""
        task = kept.task
        record = self._record(task.dataset, task.record_id) if task.record_id else None
        examples = self._examples(kept) if task.kind is ReviewKind.TERM else ()
        return show(kept, record, self._look(record), examples=examples, yours=yours, comments=comments)

    def _examples(self, kept: Kept) -> Sequence[str]:
        """Names of records that carry a term, as far as they may be told."""
        said = from_json(kept.task.suggestion)
        try:
            register = self._matches.register(kept.task.dataset)
        except HeritageError:
            return ()
        if register is None or said is None:
            return ()
        return examples_of(register, said, _EXAMPLES)

    def _record(self, dataset: str, record_id: str) -> Explained | None:
        """None too where a step is missing that says what may be told."""
        try:
            return self._matches.explain(dataset, record_id)
        except HeritageError:
            return None

    def _look(self, record: Explained | None) -> Look:
        """Items by their id, in the language of the record, once the index is in memory."""
        service = reconciliation(self._settings)
        lang = record.record.lang if record else None

        def look(qid: str) -> Entity | None:
            try:
                return service.entity(qid, lang) if service.ready() else None
            except ServiceBusy:  # a page without pictures of items is better than none
                return None

        return look
