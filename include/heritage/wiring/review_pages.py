"""What the pages on reviews show and do, bound to this installation: implements the port ReviewPages."""

import logging
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

from heritage.adapters.clock import SystemClock
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.errors import EntryRefused, GovernanceError, HeritageError, ServiceBusy
from heritage.model.review import (
    WRONG,
    CampaignState,
    DangerReport,
    ReviewKind,
    ReviewTask,
    Suggestion,
)
from heritage.ports.reconciliation import Kind, Named
from heritage.ports.review_pages import CampaignShown, Credit, Given, Taken, TaskShown
from heritage.ports.reviews import StateSet
from heritage.review.settings import ReviewSettings
from heritage.review.suggestion_json import to_json
from heritage.review.taking_part import why_no_answer
from heritage.review.trust import newest
from heritage.spec.campaign import Campaign
from heritage.spec.loader import LoadedSpec, load_specs
from heritage.steps.review_answer import Reviews, give, take_back
from heritage.steps.review_health import due, look_after
from heritage.steps.review_mine import all_of, credit, forget
from heritage.steps.review_next import campaign_for, escalated_for, next_for
from heritage.steps.review_suggest import checked_annotation, report_danger, suggest, takes_reports
from heritage.wiring.reconciliation import reconciliation
from heritage.wiring.review_tasks import TasksShown
from heritage.wiring.reviews import covers, review_settings, reviews
from heritage.wiring.settings import Settings

_log = logging.getLogger(__name__)
_REASON = 500
_TRIES = 5
"""How often as many tasks are looked for again, where some may not be shown."""
_SCHEME = "community_report"
_CLASS = "P31"
_TERMS = 8


class ReviewPages:
    """Reads and acts in the name of whoever a page says is logged in."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tasks = TasksShown(settings)

    def campaigns(self, user: str) -> list[CampaignShown]:
        """See the port."""
        bound = reviews(self._settings)
        specs, _ = load_specs(self._settings.datasets)
        shown = [self._shown(user, one, bound, specs) for one in bound.campaigns.values()]

        def place(one: CampaignShown) -> tuple[bool, bool, date, str]:
            closed = one.state is CampaignState.CLOSED
            return closed, not one.campaign.featured, one.campaign.closes, one.campaign.id

        return sorted(shown, key=place)

    def campaign(self, user: str, campaign: str) -> CampaignShown:
        """See the port."""
        bound = reviews(self._settings)
        specs, _ = load_specs(self._settings.datasets)
        return self._shown(user, bound.campaign(campaign), bound, specs)

    def next(self, user: str, campaign: str, count: int = 1) -> Sequence[TaskShown]:
        """See the port. What may not be shown any more is passed over."""
        bound = reviews(self._settings)
        found: list[TaskShown] = []
        seen: set[str] = set()
        for _ in range(_TRIES):
            wanted = count - len(found)
            tasks = next_for(user, bound.campaign(campaign), wanted, bound, frozenset(seen))
            seen |= {one.task.task_id for one in tasks}
            found += self._tasks.tasks(tasks)
            if len(found) >= count or len(tasks) < wanted:
                break
        return found

    def task(self, user: str, task_id: str) -> TaskShown:
        """See the port. Only experts are shown what is kept from the public."""
        bound = reviews(self._settings)
        kept = bound.store.task(task_id)
        campaign = bound.campaigns.get(kept.task.campaign) if kept else None
        if kept is None or campaign is None or (kept.task.experts_only and user not in campaign.experts):
            raise KeyError(task_id)
        reviewer = bound.store.reviewer(user)
        given = bound.store.answers(task_ids=[task_id]) if reviewer else []
        yours = [one.choice for one in newest(given) if reviewer and one.reviewer == reviewer.pseudonym]
        comments = bound.store.comments(task_id) if yours else ()
        shown = self._tasks.task(kept, yours[0] if yours else "", comments)
        if shown is None:
            raise KeyError(task_id)
        return shown

    def answer(self, user: str, given: Given) -> Taken:
        """See the port."""
        bound = reviews(self._settings)
        instead = _instead(given)
        taken, task = give(user, given, bound, correction=to_json(instead) if instead else "")
        if task is not None:
            if instead and task.kind is ReviewKind.ANNOTATION:
                self._suggest_instead(user, task, instead, bound)
            if due(task.campaign, bound):
                look_after(bound.campaign(task.campaign), bound)
        return taken

    def take_back(self, user: str, task_id: str) -> bool:
        """See the port."""
        return take_back(user, task_id, reviews(self._settings), secrets.token_hex(16))

    def escalated(self, user: str, campaign: str, page: int) -> Sequence[TaskShown]:
        """See the port."""
        bound = reviews(self._settings)
        tasks = escalated_for(user, bound.campaign(campaign), page, bound)
        return self._tasks.tasks(tasks)

    def suggest(self, user: str, campaign: str, record: tuple[str, str], suggestion: Suggestion) -> str:
        """See the port."""
        bound = reviews(self._settings)
        one = bound.campaign(campaign)
        return suggest(user, one, self._tasks.about(one, record), suggestion, bound).task_id

    def report_danger(self, user: str, record: tuple[str, str], report: DangerReport) -> str:
        """See the port."""
        bound = reviews(self._settings)
        for one in takes_reports(bound.campaigns.values(), user, bound):
            if self._tasks.covered(one, record[0]):
                about = self._tasks.about(one, record)
                conditions, causes = self.conditions(), self.causes()
                task = report_danger(user, one, about, report, bound, conditions=conditions, causes=causes)
                return task.task_id
        raise GovernanceError("No campaign takes reports on this place now.")

    def steer(self, user: str, campaign: str, state: CampaignState, reason: str) -> None:
        """See the port."""
        bound = reviews(self._settings)
        one = bound.campaign(campaign)
        if user not in one.coordinators:
            raise GovernanceError("Only a coordinator of the campaign pauses or resumes it.")
        if (ended := bound.state(one)) is CampaignState.CLOSED:
            raise GovernanceError(why_no_answer(one, ended, user, bound.now.date()))
        if not reason.strip():
            raise GovernanceError("Say why: the reason is shown on the campaign's page.")
        by = bound.store.join(user, bound.pseudonym(), bound.now).pseudonym
        bound.store.set_state(campaign, StateSet(state, reason.strip()[:_REASON], by, bound.now))

    def credit(self, user: str) -> Credit | None:
        """See the port."""
        bound = reviews(self._settings)
        reviewer = bound.store.reviewer(user)
        if reviewer is None:
            return None
        return credit(reviewer, bound)

    def rank_me(self, user: str, ranked: bool) -> None:
        """See the port."""
        bound = reviews(self._settings)
        bound.store.rank(bound.store.join(user, bound.pseudonym(), bound.now).pseudonym, ranked)

    def my_data(self, user: str) -> Mapping[str, object]:
        """See the port."""
        bound = reviews(self._settings)
        reviewer = bound.store.reviewer(user)
        return all_of(reviewer, bound) if reviewer else {}

    def forget_me(self, user: str) -> None:
        """See the port."""
        bound = reviews(self._settings)
        reviewer = bound.store.reviewer(user)
        if reviewer is not None:
            forget(reviewer, bound)

    def settings(self) -> ReviewSettings:
        """See the port."""
        return review_settings(self._settings)

    def conditions(self) -> Sequence[str]:
        """See the port."""
        values = self._vocabularies.scheme(_SCHEME).values
        return [one.value for one in values if one.value is not None]

    def causes(self) -> Mapping[str, str]:
        """See the port."""
        return self._vocabularies.causes().names

    def terms(self, text: str, about: str, lang: str) -> Sequence[Named]:
        """See the port."""
        service, kind = reconciliation(self._settings), Kind.TYPE if about == _CLASS else Kind.ENTITY
        try:
            found = service.suggest(kind, text, lang, _TERMS, 0) if text and service.ready() else []
        except ServiceBusy:
            return []
        return [one.what for one in found]

    def name(self, item: str, lang: str) -> str:
        """See the port."""
        service = reconciliation(self._settings)
        try:
            found = service.ready() and (
                service.named(Kind.ENTITY, item, lang) or service.named(Kind.TYPE, item, lang)
            )
        except ServiceBusy:
            return item
        return found.name if found else item

    def today(self) -> date:
        """See the port."""
        return SystemClock().now().date()

    @cached_property
    def _vocabularies(self) -> YamlVocabularies:
        return YamlVocabularies(self._settings.vocabularies)

    def _shown(
        self, user: str, campaign: Campaign, bound: Reviews, specs: Sequence[LoadedSpec]
    ) -> CampaignShown:
        """Nobody is ranked where a country that the campaign is about is in armed conflict."""
        countries = {*campaign.countries, *(one.spec.item.country for one in specs if covers(campaign, one))}
        at_war = bool(countries & self._vocabularies.disclosure().conflict.items)
        return campaign_for(user, campaign, bound, at_war=at_war)

    def _suggest_instead(self, user: str, task: ReviewTask, said: Suggestion, bound: Reviews) -> None:
        """What somebody says would be right is asked of others; where it cannot be, their answer stands."""
        campaign = bound.campaign(task.campaign)
        try:
            suggest(user, campaign, self._tasks.about(campaign, (task.dataset, task.record_id)), said, bound)
        except (HeritageError, KeyError) as refused:
            _log.info("A correction is not asked of others: %s", refused)


def _instead(given: Given) -> Suggestion | None:
    """What somebody says would be right where something is wrong; nothing of what cannot be so is kept."""
    said = given.correction.annotation if given.correction and given.choice == WRONG else None
    try:
        return Suggestion(annotation=checked_annotation(said)) if said else None
    except EntryRefused:
        return None
