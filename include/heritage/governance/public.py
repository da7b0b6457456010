"""The decision log as everybody may read it: what protects a place is hidden, that it was decided is not."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from heritage.governance.agenda import type_of
from heritage.governance.log import fields_of
from heritage.governance.settings import Role
from heritage.model.governance import Decision, DecisionType, Proposal

HIDDEN = "hidden: it is about a place that is protected"
ACTING = frozenset(
    {
        Role.MEMBER,
        Role.CHAIR,
        Role.SECRETARY,
        Role.DATA_STEWARD,
        Role.SENSITIVITY_STEWARD,
        Role.APPEAL_PANEL,
    }
)
"""Who acts in what concerns a protected place, and so reads particulars: they decide, hear or enter it."""
_OF_PEOPLE = ("votes", "recusals", "dissent", "paid")
_KEPT = ("number", "type", "result", "quorum", "decided_at", "effective", "review_by", "supersedes")


def hidden_numbers(log: Iterable[Decision]) -> frozenset[int]:
    """Of decisions on the protection of single places, and of appeals, ratifications and retractions about
    them."""
    found: set[int] = set()
    for line in log:
        if line.type is DecisionType.SENSITIVITY or line.supersedes in found:
            found.add(line.number)
    return frozenset(found)


def about_hidden(proposal: Proposal, hidden: Collection[int]) -> bool:
    """Whether something put to the vote is of that kind; `hidden` are the numbers of such decisions."""
    return type_of(proposal) is DecisionType.SENSITIVITY or proposal.supersedes in hidden


def lines_of(
    log: list[Decision], ballots: Mapping[tuple[str, str], Proposal], names: bool
) -> list[dict[str, Any]]:
    """Every line of the log for publication, with its hashes.

    With `names` it tells who said what, as the terms of reference may have it; without, how many. Of
    `hidden_numbers` only that a decision exists, when it was made, and its result: no register, no proposal,
    no words of people. Hidden or shortened lines cannot be hashed again by a reader; the chain of hashes
    itself can be followed.
    """
    hidden = hidden_numbers(log)
    return [
        _line(one, ballots.get((one.round_id, one.proposal_id)), names, one.number in hidden) for one in log
    ]


def _line(decision: Decision, proposal: Proposal | None, names: bool, hidden: bool) -> dict[str, Any]:
    line = fields_of(decision)
    hashes = {"prev_hash": decision.prev_hash, "hash": decision.hash}
    counts = dict(sorted(Counter(decision.votes.values()).items()))
    if hidden:
        kept = {name: line[name] for name in _KEPT if name in line}
        return {**kept, "title": HIDDEN, "reasons": HIDDEN, "votes": counts, **hashes}
    line["title"] = proposal.title if proposal else decision.proposal_id
    if not names:
        line = {name: value for name, value in line.items() if name not in _OF_PEOPLE}
        line |= {"votes": counts, "recusals": len(decision.recusals)}
        line["reasons"] = nameless(decision)
    return {**line, **hashes}


def nameless(decision: Decision) -> str:
    """The reasons with a number in the one place where counting has put names: who was recused."""
    before, found, after = decision.reasons.rpartition(f"{', '.join(decision.recusals)} recused.")
    if not decision.recusals or not found:
        return decision.reasons
    return f"{before}{len(decision.recusals)} recused.{after}"
