"""How far a dataset has come: computed from rules that hold, never declared. Only gold reaches an upload."""

from dataclasses import dataclass
from enum import StrEnum

from heritage.spec.dataset import DatasetSpec
from heritage.spec.provisional import NO_PROPERTY

WHICH_PROPERTY = "put the property that holds this register's ids, or drop the line"
"""What to do about a placeholder for the identifier."""


class Tier(StrEnum):
    """From a valid description to one whose records may be written to a wiki that others read."""

    BRONZE = "bronze"
    """The description is valid."""
    SILVER = "silver"
    """Its source is confirmed, and a snapshot passed the checks."""
    GOLD = "gold"
    """Every item that it names is confirmed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A tier, and in sentences what keeps the dataset from the higher ones."""

    tier: Tier
    missing: tuple[str, ...]


def standing(spec: DatasetSpec, *, good_snapshot: bool) -> Standing:
    """Where a dataset stands; `good_snapshot` tells whether it has one."""
    silver, gold = [], []
    if spec.unverified:
        silver.append(f"nobody has confirmed its source ({spec.unverified.strip()})")
    if not good_snapshot:
        silver.append("no snapshot has passed the checks")
    if local := spec.local_items():
        gold.append(
            f"nobody has confirmed {len(local)} of the items that the description names, such as "
            f"{', '.join(local[:3])}: put the real ones there"
        )
    if spec.item.identifier == NO_PROPERTY:
        gold.append(f"item.identifier is {NO_PROPERTY}, which holds nobody's ids: {WHICH_PROPERTY}")
    if not spec.checks.fill:
        gold.append("its checks do not say how full a field must be")
    tier = Tier.BRONZE if silver else Tier.SILVER if gold else Tier.GOLD
    return Standing(tier, (*silver, *gold))
