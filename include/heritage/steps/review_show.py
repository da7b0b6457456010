"""A task as a page shows it to one person: through the gate, without what would tell the answer."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from heritage.model.review import NONE_OF_THESE, RIGHT, WRONG, ReviewKind
from heritage.model.shown import printable, shorten
from heritage.ports.matching import CandidateShown, Explained
from heritage.ports.reconciliation import Entity
from heritage.ports.review_pages import Offered, TaskShown
from heritage.ports.reviews import Kept
from heritage.review.suggestion_json import from_json, to_json
from heritage.steps.review_next import hidden_outcome

_LONGEST = 600

Look = Callable[[str], Entity | None]
"""An item of the index by its id; None where there is none, or the index is not at hand."""


def show(
    kept: Kept,
    record: Explained | None,
    look: Look,
    *,
    examples: Sequence[str] = (),
    yours: str = "",
    comments: Sequence[str] = (),
) -> TaskShown | None:
    """None where this task may not be shown (any more).

    What others said is told only with `yours`, which is what this person answered. A machine's confidence is
    never told before that.
    """
    task = kept.task
    if not may_be_shown(kept, record):
        return None
    suggestion = from_json(task.suggestion)
    if suggestion is not None and not yours:
        suggestion = replace(suggestion, confidence=None)
    return TaskShown(
        replace(task, gold="", suggestion=to_json(suggestion) if suggestion else ""),
        record,
        suggestion,
        tuple(_offered(choice, record, look) for choice in task.choices),
        tuple(shorten(printable(one), _LONGEST) for one in examples),
        yours,
        hidden_outcome(kept) if yours else None,
        tuple(shorten(printable(one), _LONGEST) for one in comments) if yours else (),
    )


def may_be_shown(kept: Kept, record: Explained | None) -> bool:
    """Whether what the task asks about may be told to whoever it is for: candidates of a match only to
    experts, where they are not told to everybody."""
    task = kept.task
    if not task.record_id:
        return True
    if record is None:
        return False
    return task.kind is not ReviewKind.MATCH or task.experts_only or record.candidates is not None


def is_public(record: Explained) -> bool:
    """Whether everybody may judge what is said of a record: not where its place is told coarsely or kept
    back, for what people say of it may tell the place."""
    return record.cell_degrees is None and (record.lat is not None or not record.withheld)


def _offered(choice: str, record: Explained | None, look: Look) -> Offered:
    if choice in (RIGHT, WRONG, NONE_OF_THESE):
        return Offered(choice, "")
    entity = look(choice)
    told = {one.qid: one for one in (record.candidates or ())} if record else {}
    candidate: CandidateShown | None = told.get(choice)
    label = candidate.label if candidate else entity.item.name if entity else ""
    offered = Offered(
        choice,
        shorten(printable(label), _LONGEST) or choice,
        description=shorten(printable(entity.item.description or ""), _LONGEST) if entity else "",
        image=printable(entity.image or "") if entity else "",
    )
    if candidate is None:  # where the record lies must not be learned from where its candidates lie
        return offered if record is None else replace(offered, image="")
    return replace(
        offered,
        distance_m=candidate.distance_m,
        reason=candidate.reason,
        lat=entity.lat if entity else None,
        lon=entity.lon if entity else None,
    )
