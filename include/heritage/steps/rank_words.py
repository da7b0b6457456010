"""Why a proposal has the score it has, in sentences that can be translated."""

from collections.abc import Mapping

from heritage.model.edit import Kind
from heritage.model.evidence import Level
from heritage.model.governance import Scope
from heritage.model.said import Said
from heritage.priority.criteria import Coverage
from heritage.spec.dataset import Relevance
from heritage.steps.rank_facts import Lag

KIND_WORDS = {
    Kind.IDENTIFIERS: "identifiers",
    Kind.DESIGNATION: "types, designations and dates",
    Kind.PLACE: "places",
    Kind.NAMES: "names",
    Kind.IMAGES: "images",
    Kind.NEW_ITEMS: "new items",
}
_DOCUMENTED = {
    "community_request": "Documented: a community asked for it ({url}).",
    "planned_reuse": "Documented: its reuse is planned ({url}).",
    "partner_engaged": "Documented: a partner is engaged ({url}).",
}


def urgency_words(levels: Mapping[Level, int]) -> Said:
    """How many of the records are at risk, and of how many nothing is known."""
    values = {
        "at_risk": sum(n for level, n in levels.items() if level.endangered),
        "total": sum(levels.values()),
        "unknown": levels.get(Level.UNKNOWN, 0),
    }
    if values["unknown"]:
        return Said(
            "{at_risk} of {total} records are at risk or worse; nothing is known about {unknown}.", values
        )
    del values["unknown"]
    return Said("{at_risk} of {total} records are at risk or worse.", values)


def relevance_words(facts: Relevance) -> list[Said]:
    """A sentence for each fact that is documented."""
    found = facts.model_dump()
    said = [Said(words, {"url": found[name]}) for name, words in _DOCUMENTED.items() if found[name]]
    return said or [Said("No request, planned reuse or partner is documented.")]


def equity_words(coverage: Coverage, lag: Lag | None, group: str, scope: Scope = Scope.ALL) -> list[Said]:
    """How much of all that is in the scope is on Wikidata, and who lags behind."""
    values = {"matched": coverage.matched, "registered": coverage.registered}
    known = {
        Scope.ALL: Said("{matched} of {registered} records are matched to an item.", values),
        Scope.AT_RISK: Said("{matched} of {registered} records at risk are matched to an item.", values),
        Scope.REGION: Said("{matched} of {registered} records of the region are matched to an item.", values),
    }[scope]
    by = Said(group)
    if coverage.representation is None:
        return [
            known,
            Said("The register names no {group}, so who is left out cannot be said.", {"group": by}),
        ]
    if lag is None:
        return [known, Said("No {group} lags behind the others.", {"group": by})]
    return [
        known,
        Said(
            "Of each {group} in this proposal, {name!r} has the fewest of its records on Wikidata: "
            "{coverage:.0%}, against {reference:.0%} of all.",
            {"group": by, "name": lag.group, "coverage": lag.coverage, "reference": lag.reference},
        ),
    ]


def readiness_words(complete: float, doubtful: int, matches: int) -> Said:
    """How full the core fields are and how many matches are in doubt."""
    return Said(
        "Core fields are filled to {complete:.0%}; {doubtful} of {matches} matches are in doubt.",
        {"complete": complete, "doubtful": doubtful, "matches": matches},
    )
