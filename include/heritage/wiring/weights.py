"""The figures of the ranking: those of the file, with the weights that the body has decided over them."""

from heritage.adapters.clock import SystemClock
from heritage.priority.settings import PrioritySettings, Weights
from heritage.spec.yaml_model import read_model
from heritage.steps.govern_standing import Approved, approved_weights
from heritage.steps.rank import Ranking
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store


def priority_settings(settings: Settings) -> PrioritySettings:
    """The figures in the file. Raises SpecError when they cannot be."""
    return read_model(settings.vocabularies / "priority.yaml", PrioritySettings)


def body_settings(settings: Settings) -> PrioritySettings:
    """What the next ranking is made with: the last decision on weights that stands holds over the file."""
    last = approved_weights(decision_store(settings), SystemClock().now())
    return with_decided(priority_settings(settings), last)


def with_decided(figures: PrioritySettings, last: Approved | None) -> PrioritySettings:
    """The figures with the weights of a decision on them, if there is one."""
    if last is None:
        return figures
    return _with(figures, Weights(**dict(last.proposal.weights)), last.decision.number)


def settings_of(ranking: Ranking, settings: Settings) -> PrioritySettings:
    """What a ranking was made with, whatever was decided since."""
    figures = priority_settings(settings)
    return _with(figures, ranking.weights, ranking.weights_decision) if ranking.weights else figures


def _with(figures: PrioritySettings, weights: Weights, decision: int | None) -> PrioritySettings:
    return figures.model_copy(update={"weights": weights, "weights_decision": decision})
