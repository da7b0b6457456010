"""The decision log as everybody may read it: what protects a place is hidden, that it was decided is not."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from heritage.governance.log import fields_of
from heritage.model.governance import Decision, DecisionType, Proposal

HIDDEN = "hidden: it is about a place that is protected"
_OF_PEOPLE = ("votes", "recusals", "dissent", "paid")
_KEPT = ("number", "type", "result", "quorum", "decided_at", "effective", "review_by", "supersedes")


def public(decision: Decision, proposal: Proposal | None, names: bool) -> dict[str, Any]:
    """One line of the log for publication, with its hashes.

    With `names` it tells who said what, as the terms of reference may have it; without, how many. Of a
    decision on the protection of single places only that it exists, when it was made, and its result: no
    register, no proposal, no words of people. Hidden or shortened lines cannot be hashed again by a reader;
    the chain of hashes itself can be followed.
    """
    line = fields_of(decision)
    hashes = {"prev_hash": decision.prev_hash, "hash": decision.hash}
    counts = dict(sorted(Counter(decision.votes.values()).items()))
    if protected(decision):
        kept = {name: line[name] for name in _KEPT if name in line}
        return {**kept, "title": HIDDEN, "reasons": HIDDEN, "votes": counts, **hashes}
    line["title"] = proposal.title if proposal else decision.proposal_id
    if not names:
        line = {name: value for name, value in line.items() if name not in _OF_PEOPLE}
        line |= {"votes": counts, "recusals": len(decision.recusals)}
        line["reasons"] = _without(decision)
    return {**line, **hashes}


def protected(decision: Decision) -> bool:
    """Whether a decision is about what may be told of single places."""
    return decision.type is DecisionType.SENSITIVITY


def _without(decision: Decision) -> str:
    """The reasons with nobody's name in them."""
    text = decision.reasons
    for member in sorted({*decision.votes, *decision.recusals}, key=len, reverse=True):
        text = text.replace(member, "a member")
    return text


def lines_of(
    log: list[Decision], ballots: Mapping[tuple[str, str], Proposal], names: bool
) -> list[dict[str, Any]]:
    """Every line of the log for publication. An appeal, ratification or retraction about a hidden decision is
    hidden like it."""
    hidden = {one.number for one in log if protected(one)}
    found = []
    for one in log:
        line = public(one, ballots.get((one.round_id, one.proposal_id)), names)
        if one.supersedes in hidden:
            hidden.add(one.number)
            kept = {name: line[name] for name in (*_KEPT, "prev_hash", "hash") if name in line}
            line = {**kept, "title": HIDDEN, "reasons": HIDDEN}
        found.append(line)
    return found
