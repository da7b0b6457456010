"""What a settled task says of its record to partners, or why it stays here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from heritage.disclosure.annotation_gate import anonymous, kept_back
from heritage.disclosure.gate import in_figures
from heritage.disclosure.rules import Reporters
from heritage.model.review import RIGHT, WRONG, Annotation, ReviewKind, Verdict
from heritage.ports.review_exports import Settled, ToldAnnotation
from heritage.steps.review_targets import entity

_INSIDE = {
    ReviewKind.TERM: "what a term means goes into the lookup tables",
    ReviewKind.DANGER: "reports of danger leave as evidence, by the gate of evidence",
    ReviewKind.KNOWLEDGE: "what people know is exported once others have judged it",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: `rejected` adds what people agree is wrong, `creators` the pseudonyms of those who
    made suggestions and want to be named so. `reporters` are those of the rules of disclosure."""

    reporters: Reporters
    today: date
    rejected: bool = False
    creators: bool = False


def linked(one: Settled) -> str:
    """The item that people say the record is; empty where they do not."""
    is_item = one.task.kind is ReviewKind.MATCH and one.outcome.verdict is Verdict.ACCEPTED
    return one.outcome.choice if is_item and entity(one.outcome.choice) else ""


def found(
    one: Settled, rules: Sequence[str], precision_m: float | None, asked: Asked
) -> ToldAnnotation | str:
    """The annotation, or why there is none. `rules` are those of disclosure that hit its record, and
    `precision_m` how exactly the register says where that is: a point of people's tells no more (R3)."""
    task, outcome = one.task, one.outcome
    said = one.suggestion.annotation if one.suggestion else None
    if why := _unsaid(one, said, asked):
        return why
    text, settled = (said.text if said else ""), one.settled_at.date()
    by_person = bool(task.proposed_by)
    why = kept_back(
        text,
        rules=rules,
        by_person=by_person,
        settled=settled,
        today=asked.today,
        reporters=asked.reporters,
    )
    if why:
        return why
    unnamed = anonymous(rules)
    return ToldAnnotation(
        task_id=task.task_id,
        campaign=task.campaign,
        annotation=None if task.kind is ReviewKind.MATCH else _coarse(said, precision_m),
        item=linked(one),
        up=one.up,
        down=one.down,
        confidence=outcome.confidence,
        created=None if unnamed else one.settled_at,
        generator=one.suggestion.generator if one.suggestion else "",
        creator=one.creator if asked.creators and not unnamed else "",
        rejected=outcome.choice == WRONG,
    )


def _unsaid(one: Settled, said: Annotation | None, asked: Asked) -> str:
    """Why it says nothing to partners; empty when it does."""
    task, choice = one.task, one.outcome.choice
    if inside := _INSIDE.get(task.kind):
        return inside
    if one.outcome.verdict is not Verdict.ACCEPTED:
        return "people have not settled it"
    if task.gold:
        return "its answer was known before anybody was asked"
    if task.experts_only:
        return "what it is about is kept from the public"
    if task.kind is ReviewKind.MATCH:
        return "" if entity(choice) else "none of the items that were offered is it"
    if said is None or choice not in (RIGHT, WRONG):
        return "nothing was suggested that could be right"
    if said.item and not entity(said.item):
        return "its item is on a local wiki only"
    if choice == WRONG and not asked.rejected:
        return "people agree that it is wrong"
    return ""


def _coarse(said: Annotation | None, precision_m: float | None) -> Annotation | None:
    if said is None or said.lat is None or said.lon is None:
        return said
    precision = np.array([np.nan if precision_m is None else precision_m])
    lat, lon = (float(in_figures(np.array([one]), precision)[0]) for one in (said.lat, said.lon))
    return replace(said, lat=lat, lon=lon)
