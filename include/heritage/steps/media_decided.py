"""What the governance body lets go of the images of a register."""

from dataclasses import dataclass

from heritage.model.edit import Kind
from heritage.model.governance import Result, Scope
from heritage.ports.clock import Clock
from heritage.ports.decisions import DecisionStore
from heritage.statements.selection import ENDANGERED
from heritage.steps.govern_standing import rulings_on, suspended


@dataclass(frozen=True, slots=True)
class ImagesDecided:
    """Whether images of records at risk may go, and those of all others."""

    at_risk: bool
    others: bool

    @property
    def none(self) -> bool:
        """Whether nothing may go."""
        return not (self.at_risk or self.others)

    def lets_go(self, level: str) -> bool:
        """Whether the image of a record with this level of risk may go."""
        return self.at_risk if level in ENDANGERED else self.others


def images_decided(dataset: str, *, decisions: DecisionStore, clock: Clock) -> ImagesDecided | None:
    """What stands decided; None before anything of the dataset was approved or its images refused.

    What the body said of its images counts, the later word on each scope; where it was never asked, what it
    approved of the dataset, each with its scope. What it said of one region says nothing of images, which are
    put to it for all and for what is at risk. Raises GovernanceError when the log is broken.
    """
    rulings = rulings_on(dataset, decisions, clock.now())
    rulings = [one for one in rulings if one.proposal.scope is not Scope.REGION]
    asked = [one for one in rulings if one.proposal.kind == Kind.IMAGES]
    counted = asked or [one for one in rulings if one.decision.result is Result.APPROVED]
    if not counted:
        return None
    at_risk = others = False
    for one in counted:
        at_risk = one.decision.result is Result.APPROVED
        if one.proposal.scope is Scope.ALL:
            others = at_risk
    return ImagesDecided(at_risk, others)


def under_appeal(dataset: str, *, decisions: DecisionStore, clock: Clock) -> str | None:
    """Why nothing of a dataset stands decided although it was approved: an appeal waits for its hearing. None
    when that is not the reason."""
    waiting = suspended(decisions, clock.now())
    return next((why for one, why in waiting if one.proposal.dataset == dataset), None)
