"""The order of requests to the Helpdesk: the Expert Committee's checklist, then urgency and relevance."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from heritage.errors import GovernanceError
from heritage.governance.lengths import LINE, TEXT, check_lengths
from heritage.model.governance import Assessment, HelpdeskRequest
from heritage.spec.closed import Closed


class Check(StrEnum):
    """What a member of the Expert Committee can say to a question of the checklist."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


class HelpdeskSettings(Closed):
    """`datasets/_vocabularies/helpdesk.yaml`."""

    version: str
    checklist: dict[str, Annotated[str, Field(min_length=1)]] = Field(min_length=1)
    """The question of each lens: technical, legal, risk, sustainability."""
    assessments_least: Annotated[int, Field(ge=1)]
    """So many members must have filled in the checklist."""
    scale: Annotated[int, Field(ge=2)]
    """Urgency and relevance go from 1 to this."""
    hours_least: Annotated[float, Field(gt=0)]
    """A request that is said to need less counts as this much, so that a guess of nothing wins nothing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a request stands: its score, and what it lacks before it is ranked."""

    score: float
    lacking: tuple[str, ...]
    """Sentences; empty when the checklist is passed."""


def standing(
    request: HelpdeskRequest, assessments: Sequence[Assessment], settings: HelpdeskSettings
) -> Standing:
    """The score is urgency × relevance / hours, and only what passes every lens of the checklist is ranked by
    it: more members say yes than no, and somebody says yes."""
    lacking = []
    if len(assessments) < settings.assessments_least:
        lacking.append(
            f"{len(assessments)} of {settings.assessments_least} members of the Expert Committee have "
            "assessed it."
        )
    for lens in settings.checklist:
        said = [dict(one.answers).get(lens) for one in assessments]
        yes, no = said.count(Check.YES), said.count(Check.NO)
        if assessments and yes <= no:
            lacking.append(f"{lens.capitalize()}: {yes} yes, {no} no.")
    score = request.urgency * request.relevance / max(request.hours, settings.hours_least)
    return Standing(score, tuple(lacking))


def check_request(request: HelpdeskRequest, settings: HelpdeskSettings) -> None:
    """Raises GovernanceError saying what is wrong with a request as it was entered."""
    if not request.title.strip() or not request.asked_by.strip():
        raise GovernanceError("Say what is asked for in a line, and who asks.")
    check_lengths(LINE, title=request.title, who_asks=request.asked_by, address=request.url)
    check_lengths(TEXT, text=request.text)
    for name in ("urgency", "relevance"):
        if not 1 <= getattr(request, name) <= settings.scale:
            raise GovernanceError(f"{name.capitalize()} is a whole number from 1 to {settings.scale}.")
    if not 0 < request.hours <= 10_000:
        raise GovernanceError("Say how many hours of reviewers it needs, more than 0 and at most 10000.")
    if request.url and not request.url.startswith(("https://", "http://")):
        raise GovernanceError("The address must begin with https:// or http://.")


def check_assessment(assessment: Assessment, settings: HelpdeskSettings) -> None:
    """Raises GovernanceError unless every lens of the checklist has an answer, and nothing else has."""
    check_lengths(TEXT, note=assessment.note)
    given = dict(assessment.answers)
    if set(given) != set(settings.checklist) or len(given) != len(assessment.answers):
        raise GovernanceError(f"Answer each of {', '.join(settings.checklist)}, once.")
    for lens, answer in given.items():
        if answer not in list(Check):
            raise GovernanceError(f"{lens}: {answer!r} is no answer, give one of {', '.join(Check)}.")
