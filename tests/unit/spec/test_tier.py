import pytest

from heritage.spec.dataset import DatasetSpec
from heritage.spec.tier import Tier, standing
from register_examples import description


@pytest.mark.parametrize(
    ("changes", "good", "tier", "says"),
    [
        ({}, True, Tier.GOLD, []),
        ({}, False, Tier.BRONZE, ["no snapshot has passed the checks"]),
        (
            {"unverified": "No page confirms the columns."},
            True,
            Tier.BRONZE,
            ["nobody has confirmed its source (No"],
        ),
        ({"item": {"classes": {"kyrka": "Q9900001"}}}, True, Tier.SILVER, ["1 of the items", "Q9900001"]),
        ({"item": {"identifier": "P9999999"}}, True, Tier.SILVER, ["P9999999", "or drop the line"]),
        ({"checks": {"fill": {}}}, True, Tier.SILVER, ["how full a field must be"]),
        (
            {"unverified": "X.", "item": {"class": "Q9900002"}},
            False,
            Tier.BRONZE,
            ["(X.)", "no snapshot", "Q9900002"],
        ),
    ],
)
def test_a_tier_follows_from_rules_and_says_what_is_missing(changes, good, tier, says):
    stands = standing(DatasetSpec.model_validate(description(**changes)), good_snapshot=good)
    assert stands.tier is tier
    assert bool(stands.missing) is (tier is not Tier.GOLD)
    for words in says:
        assert words in "; ".join(stands.missing)
