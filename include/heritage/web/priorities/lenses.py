"""A proposal through the four lenses of the Heritage Guard Network: legal, engagement, risk, technology."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from heritage.model.governance import Gate, Proposal
from heritage.model.said import Said


class Lens(StrEnum):
    """One way to look at a proposal."""

    LEGAL = "legal"
    ENGAGEMENT = "engagement"
    RISK = "risk"
    TECHNOLOGY = "technology"


_GATES = {
    "licence": Lens.LEGAL,
    "sensitivity": Lens.RISK,
    "quality": Lens.TECHNOLOGY,
    "ethics note": Lens.ENGAGEMENT,
}
_CRITERIA = {
    Lens.ENGAGEMENT: ("relevance", "equity"),
    Lens.RISK: ("urgency",),
    Lens.TECHNOLOGY: ("readiness",),
}
_GAPS = {"at_risk": Lens.RISK, "complete": Lens.TECHNOLOGY, "reason": Lens.LEGAL, "version": Lens.TECHNOLOGY}
"""What stands in a gap of a sentence tells what it is about; the rest is about whom it serves."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one lens shows: `criteria` are those of the score that belong to it."""

    lens: Lens
    criteria: tuple[str, ...]
    gates: tuple[Gate, ...]
    reasons: tuple[str, ...]


def looks(proposal: Proposal) -> Iterator[Look]:
    """All four."""
    for lens in Lens:
        yield Look(
            lens,
            _CRITERIA.get(lens, ()) if proposal.edits_digest else (),
            tuple(gate for gate in proposal.gates if _GATES.get(gate.name, Lens.LEGAL) is lens),
            tuple(reason for reason in proposal.reasons if _about(reason) is lens),
        )


def _about(reason: str) -> Lens:
    values = reason.values if isinstance(reason, Said) else {}
    return next((_GAPS[gap] for gap in _GAPS if gap in values), Lens.ENGAGEMENT)
