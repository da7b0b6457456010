"""What people add of their own: something that they know of a record, or a report that it is in danger.

It becomes a task that others judge; nobody sees it before, and whoever said it never judges it.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from heritage.errors import EntryRefused, GovernanceError
from heritage.model.review import (
    RIGHT,
    WRONG,
    Annotation,
    AnnotationKind,
    DangerReport,
    ReviewKind,
    ReviewTask,
    Suggestion,
)
from heritage.model.shown import printable
from heritage.review.suggestion_json import to_json
from heritage.review.taking_part import staff_of, why_no_answer
from heritage.spec.campaign import Campaign
from heritage.spec.closed import LANG, PID, QID
from heritage.steps.review_answer import Reviews
from heritage.steps.review_asked import asked_on, task_id
from heritage.steps.review_dangers import host_of

LONGEST_TAG = 64
LONGEST_NAME = 250
LONGEST_EVIDENCE = 2000
_LONGEST_URL = 500


@dataclass(frozen=True, slots=True)
class About:
    """The record that something is said of. `mark` is a digest of what is known of it; `public` says whether
    everybody may be asked about it."""

    dataset: str
    record_id: str
    mark: str
    public: bool = True


def suggest(
    user: str, campaign: Campaign, about: About, suggestion: Suggestion, reviews: Reviews
) -> ReviewTask:
    """Adds what somebody knows of a record, as a task for others; the same said again is the same task.

    Raises GovernanceError where they may not, EntryRefused where it cannot be so.
    """
    annotation = suggestion.annotation
    if campaign.kind not in (ReviewKind.KNOWLEDGE, ReviewKind.ANNOTATION) or annotation is None:
        raise GovernanceError("This campaign does not ask what people know.")
    if campaign.annotations and annotation.kind not in campaign.annotations:
        raise GovernanceError("This campaign does not ask for this kind of knowledge.")
    said = Suggestion(annotation=checked_annotation(annotation))
    return _add(user, campaign, ReviewKind.ANNOTATION, about, said, reviews)


def report_danger(
    user: str,
    campaign: Campaign,
    about: About,
    report: DangerReport,
    reviews: Reviews,
    *,
    conditions: Sequence[str],
    causes: Collection[str],
) -> ReviewTask:
    """Adds a report, as a task for others; raises like `suggest`."""
    checked = _checked_report(report, conditions, causes, reviews.now.date())
    return _add(user, campaign, ReviewKind.DANGER, about, Suggestion(danger=checked), reviews)


def takes_reports(campaigns: Collection[Campaign], user: str, reviews: Reviews) -> list[Campaign]:
    """The campaigns in which somebody can report danger today, those that end last first."""
    day = reviews.now.date()
    found = [
        one
        for one in campaigns
        if one.kind is ReviewKind.DANGER and not why_no_answer(one, reviews.state(one), user, day)
    ]
    return sorted(found, key=lambda one: (one.closes, one.id), reverse=True)


def _add(
    user: str, campaign: Campaign, kind: ReviewKind, about: About, said: Suggestion, reviews: Reviews
) -> ReviewTask:
    why_not = why_no_answer(campaign, reviews.state(campaign), user, reviews.now.date())
    if why_not:
        raise GovernanceError(why_not)
    if about.dataset in staff_of(campaign, user):
        raise GovernanceError("You work for this register: tell its owner, who can change it.")
    by = reviews.store.join(user, reviews.pseudonym(), reviews.now).pseudonym
    text, choices = to_json(said), (RIGHT, WRONG)
    content = asked_on(about.mark, {}, ())
    asked = (campaign.id, kind, about.dataset, about.record_id, choices, text, content)
    task = ReviewTask(task_id(*asked), *asked[:6], by, content, reviews.now, experts_only=not about.public)
    reviews.store.add([task])
    kept = reviews.store.task(task.task_id)
    return kept.task if kept else task


def checked_annotation(one: Annotation) -> Annotation:
    """The annotation with its text made clean. Raises EntryRefused with what cannot be so."""
    text = " ".join(printable(one.text).split())
    place = one.lat is not None and one.lon is not None
    if sum([bool(one.item), bool(text), place]) != 1 or (one.lat is None) != (one.lon is None):
        raise EntryRefused((("", "give one thing: an item, a text or a place"),))
    if one.item and not re.fullmatch(QID, one.item):
        raise EntryRefused((("item", "an item of Wikidata is Q and a number, as Q16970"),))
    if one.about and not re.fullmatch(PID, one.about):
        raise EntryRefused((("about", "a property of Wikidata is P and a number, as P31"),))
    if one.lat is not None and one.lon is not None and not (abs(one.lat) <= 90 and abs(one.lon) <= 180):
        raise EntryRefused((("place", "latitude is -90 to 90, longitude -180 to 180"),))
    fits = {
        AnnotationKind.TERM: bool(one.item),
        AnnotationKind.PLACE: bool(one.item) or place,
        AnnotationKind.TRANSLATION: bool(text),
        AnnotationKind.TAG: bool(text),
    }
    if not fits[one.kind]:
        raise EntryRefused((("kind", f"a {one.kind.value} says something else"),))
    longest = LONGEST_TAG if one.kind is AnnotationKind.TAG else LONGEST_NAME
    if len(text) > longest:
        raise EntryRefused((("text", f"at most {longest} characters; this has {len(text)}"),))
    if one.kind is AnnotationKind.TRANSLATION and not re.fullmatch(LANG, one.lang):
        raise EntryRefused((("lang", "say which language it is, as sv or zh-hant"),))
    if one.lang and not re.fullmatch(LANG, one.lang):
        raise EntryRefused((("lang", "a language is a code, as sv or zh-hant"),))
    return replace(one, text=text)


def _checked_report(
    report: DangerReport, conditions: Sequence[str], causes: Collection[str], today: date
) -> DangerReport:
    faults: list[tuple[str, str]] = []
    if report.condition not in conditions:
        faults.append(("condition", f"one of {', '.join(conditions)}"))
    if unknown := sorted(set(report.causes) - set(causes)):
        faults.append(("causes", f"{', '.join(map(printable, unknown))}: not in the vocabulary of causes"))
    try:
        if date.fromisoformat(report.observed) > today:
            faults.append(("observed", "a day that has not come yet"))
    except ValueError:
        faults.append(("observed", "a day, as 2026-11-22"))
    evidence = printable(report.evidence).strip()
    if not evidence or len(evidence) > LONGEST_EVIDENCE:
        faults.append(("evidence", f"say in 1 to {LONGEST_EVIDENCE} characters what was seen"))
    if report.url and not _is_address(report.url):
        faults.append(("url", f"an address that begins with https://, at most {_LONGEST_URL} characters"))
    if faults:
        raise EntryRefused(tuple(faults))
    return replace(report, evidence=evidence, causes=tuple(sorted(set(report.causes))))


def _is_address(url: str) -> bool:
    plain = len(url) <= _LONGEST_URL and printable(url) == url and re.fullmatch(r"https?://\S+", url)
    return bool(plain and host_of(url))
