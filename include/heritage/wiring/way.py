"""The way of a record: the steps of a dataset, in order. Light, for it is read while DAGs are parsed."""

from enum import StrEnum

from heritage.spec.dataset import DatasetSpec


class Step(StrEnum):
    """The steps in order; each after the first takes the snapshot of the one before."""

    HARVEST = "harvest"
    MAP = "map"
    CHECK = "check"
    APPROVE = "approve"
    FLAG = "flag"
    RECONCILE = "reconcile"
    PROPOSE = "propose"


_OF_OTHERS = (Step.HARVEST, Step.MAP, Step.CHECK, Step.APPROVE, Step.FLAG)


def steps_of(spec: DatasetSpec) -> tuple[Step, ...]:
    """The steps of a dataset. An at-risk register speaks of others' records: it is flagged, and proposes
    nothing itself."""
    return tuple(Step) if spec.proposes else _OF_OTHERS
