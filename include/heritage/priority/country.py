"""What is asked of a country before its registers are taken up: the nine questions of Connected Open Heritage
(`SOURCE`), in our words and in their order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from heritage.model.said import Said, Value

SOURCE = "https://meta.wikimedia.org/wiki/Connected_Open_Heritage/Country_selection_criteria"


class Question(StrEnum):
    """The nine, in their order; written as sentences that are translated."""

    THREAT = Said("How much of the heritage is in danger?")
    STRUCTURE = Said("How well ordered is the data?")
    EXTENT = Said("Is it about the whole country, or a part?")
    FREEDOM = Said("Are data and images free for Wikidata and Commons?")
    DECIDERS = Said("Can those who decide be reached?")
    COMMUNITY = Said("Is a local community working on it?")
    REQUEST = Said("Has that community asked for help?")
    CONTEST = Said("Would the data serve Wiki Loves Monuments or another dated use?")
    BESIDES = Said("What else speaks for it, or against?")


@dataclass(frozen=True, slots=True)
class CountryFacts:
    """What is on record. `breadth` is the share of the country's known records that lie in a region which the
    register has, None where nobody compared them; `licences` are the answers of the gate by target. What is
    documented is the address of the page that says so."""

    records: int
    at_risk: int
    unknown: int
    rejected: int
    protocol: str
    breadth: float | None
    licences: Mapping[str, str]
    community_request: str | None
    planned_reuse: str | None
    partner_engaged: str | None
    ethics_note: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with what is on record; `known` is False where a person has to find out."""

    question: Said
    answer: Said
    known: bool
    url: str | None = None


def answers(facts: CountryFacts) -> tuple[Answered, ...]:
    """All nine, in their order."""
    return tuple(_answered(question, ask(facts)) for question, ask in _ANSWERS.items())


_GATE = {
    "ALLOW": Said("may be used"),
    "NEEDS_WAIVER": Said("needs the publisher’s written permission"),
    "BODY_DECISION": Said("the body decides, by two thirds"),
    "LINK_ONLY": Said("only links to it"),
    "DENY": Said("may not be used"),
}
"""Answers of the licence gate in words."""
_Found = tuple[Said, str | None] | None
"""An answer and where it is documented; None where nothing is on record."""


def _answered(question: Question, found: _Found) -> Answered:
    if found is None:
        return Answered(Said(question), Said("Nothing is on record."), known=False)
    said, url = found
    return Answered(Said(question), said, known=True, url=url)


def _threat(facts: CountryFacts) -> _Found:
    if facts.unknown == facts.records:
        return None
    values: dict[str, Value] = {"at_risk": facts.at_risk, "total": facts.records, "unknown": facts.unknown}
    return Said(
        "{at_risk} of {total} records are at risk or worse; nothing is known about {unknown}.", values
    ), None


def _structure(facts: CountryFacts) -> _Found:
    rows = facts.records + facts.rejected
    values: dict[str, Value] = {"protocol": facts.protocol, "rejected": facts.rejected, "rows": rows}
    return Said("It is published as {protocol}; {rejected} of {rows} rows could not be used.", values), None


def _extent(facts: CountryFacts) -> _Found:
    if facts.breadth is None:
        return None
    return Said(
        "{breadth:.0%} of the country's other known records lie in regions that this register has, too.",
        {"breadth": facts.breadth},
    ), None


def _freedom(facts: CountryFacts) -> _Found:
    given = {target: facts.licences.get(target, "") for target in ("wikidata", "commons")}
    if not all(given.values()):
        return None
    values: dict[str, Value] = {target: _GATE.get(answer, answer) for target, answer in given.items()}
    return Said("The licence gate answers {wikidata} for Wikidata and {commons} for Commons.", values), None


def _deciders(facts: CountryFacts) -> _Found:
    url = facts.partner_engaged
    return (Said("The owner of the data takes part."), url) if url else None


def _community(facts: CountryFacts) -> _Found:
    url = facts.community_request
    return (Said("There is one: it asked for this."), url) if url else None


def _request(facts: CountryFacts) -> _Found:
    url = facts.community_request
    return (Said("Yes."), url) if url else None


def _contest(facts: CountryFacts) -> _Found:
    url = facts.planned_reuse
    return (Said("A dated reuse is planned."), url) if url else None


def _besides(facts: CountryFacts) -> _Found:
    return (Said(facts.ethics_note), None) if facts.ethics_note else None


_ANSWERS: Mapping[Question, Callable[[CountryFacts], _Found]] = {
    Question.THREAT: _threat,
    Question.STRUCTURE: _structure,
    Question.EXTENT: _extent,
    Question.FREEDOM: _freedom,
    Question.DECIDERS: _deciders,
    Question.COMMUNITY: _community,
    Question.REQUEST: _request,
    Question.CONTEST: _contest,
    Question.BESIDES: _besides,
}
