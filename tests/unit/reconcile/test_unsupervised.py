"""Weights that a register learns without labels."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from reconcile_cases import item, record, shipped, tables

from heritage.reconcile import prepare, reconcile
from heritage.reconcile.features import DIRECTION, Pairs
from heritage.reconcile.model import Additive
from heritage.reconcile.unsupervised import learn, learn_here
from teaching_examples import PLACES

QUICK = hypothesis_settings(max_examples=10, deadline=None)
RULES = shipped().learning
FREE = replace(RULES, trust=1.0, pseudo_records=0.5)
"""Comparisons in these tests are independent, so each may count whole."""

M = {"distinct_name": [0.05, 0.15, 0.8], "distance_over_precision": [0.7, 0.2, 0.1], "kind": [0.02, 0.98]}
U = {"distinct_name": [0.8, 0.15, 0.05], "distance_over_precision": [0.1, 0.2, 0.7], "kind": [0.5, 0.5]}
EDGES = {"distinct_name": (1.0, 2.0), "distance_over_precision": (0.0, 1.0), "kind": (0.0,)}
MIDDLES = {
    "distinct_name": [0.5, 1.5, 2.5],
    "distance_over_precision": [-0.5, 0.5, 1.5],
    "kind": [-1.0, 1.0],
}


def planted(seed: int, records: int, matched: float, unknown: float = 0.0, many: int = 8) -> Pairs:
    """Candidates of which some share of the records has one match, with levels drawn from M and U."""
    draw = np.random.default_rng(seed)
    record = np.repeat(np.arange(records), draw.integers(1, many + 1, records))
    first = np.concatenate([[True], record[1:] != record[:-1]])
    match = first & (draw.random(len(record)) < matched)
    columns = {}
    for name, middles in MIDDLES.items():
        levels = np.where(
            match,
            draw.choice(len(middles), len(record), p=M[name]),
            draw.choice(len(middles), len(record), p=U[name]),
        )
        columns[name] = np.where(draw.random(len(record)) < unknown, np.nan, np.array(middles)[levels])
    return of(record, columns)


def of(record: np.ndarray, columns: dict[str, np.ndarray]) -> Pairs:
    none = np.full(len(record), np.nan)
    bits = np.zeros(len(record), dtype=np.int64)
    flags = np.zeros(len(record), dtype=bool)
    return Pairs(record, np.arange(len(record)), none, none, columns, bits, bits, bits, none, flags, flags)


def model(pairs: Pairs, **changed: Any) -> Additive:
    learned = learn(pairs, replace(FREE, **({"levels": EDGES} | changed)))
    assert learned.model is not None, learned.why
    return learned.model


@QUICK
@given(
    seed=st.integers(0, 10_000), matched=st.sampled_from([0.5, 0.7, 0.9]), unknown=st.sampled_from([0.0, 0.3])
)
def test_planted_shares_are_found_again(seed: int, matched: float, unknown: float) -> None:
    found = model(planted(seed, 3000, matched, unknown))
    for name, steps in found.features.items():
        assert np.exp(steps.values) == pytest.approx(np.array(M[name]) / U[name], rel=0.4, abs=0.15)
    of_pairs = 1 / (1 + np.exp(-found.intercept))
    assert of_pairs == pytest.approx(matched / (matched + (1 - matched) * 4.5), abs=0.12)


@QUICK
@given(seed=st.integers(0, 10_000))
def test_the_order_of_the_pairs_changes_nothing(seed: int) -> None:
    pairs = planted(seed, 400, 0.6, 0.2)
    order = np.random.default_rng(seed).permutation(len(pairs.record))
    mixed = of(pairs.record[order], {name: column[order] for name, column in pairs.columns.items()})
    mixed = replace(mixed, item=pairs.item[order])
    assert model(mixed).plain() == model(pairs).plain()


@QUICK
@given(seed=st.integers(0, 10_000), name=st.sampled_from(sorted(EDGES)))
def test_what_is_never_known_weighs_nothing(seed: int, name: str) -> None:
    pairs = planted(seed, 600, 0.6)
    unknown = np.full(len(pairs.record), np.nan)
    found = model(replace(pairs, columns=pairs.columns | {name: unknown}))
    assert name not in found.features
    without = {one: edges for one, edges in EDGES.items() if one != name}
    assert found.plain() == model(pairs, levels=without).plain()
    for steps in model(pairs).features.values():
        assert steps.at(np.array([np.nan])) == 0


@QUICK
@given(
    seed=st.integers(0, 10_000),
    records=st.integers(200, 500),
    shares=st.lists(st.floats(0, 1), min_size=8, max_size=8),
)
def test_levels_keep_their_order_whatever_comes(seed: int, records: int, shares: list[float]) -> None:
    """Also where the data say the opposite, or nothing at all."""
    draw = np.random.default_rng(seed)
    record = np.repeat(np.arange(records), draw.integers(1, 9, records))
    columns = {
        name: np.where(
            draw.random(len(record)) < share, np.nan, draw.choice([-1.0, -0.5, 0, 0.5, 1, 2, 3], len(record))
        )
        for name, share in zip(RULES.levels, shares, strict=True)
    }
    learned = learn(of(record, columns), RULES)
    if learned.model is None:
        assert learned.why
        return
    assert np.isfinite(learned.model.intercept)
    for name, steps in learned.model.features.items():
        assert np.isfinite(steps.values).all()
        assert (np.diff(steps.values) * DIRECTION[name] >= 0).all()


def test_a_comparison_that_comes_out_alike_everywhere_says_nothing() -> None:
    """Also at the levels that nobody has."""
    pairs = planted(2, 1000, 0.6)
    alike = np.full(len(pairs.record), MIDDLES["kind"][-1])
    found = model(replace(pairs, columns=pairs.columns | {"kind": alike})).features.get("kind")
    assert found is None or np.abs(found.values).max() < 0.01


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"least_records": 401}, "only 400 records have candidates, and 401 are needed"),
        ({"least_matches": 400}, "matches are expected, and 400 are needed"),
        ({"rounds": 2}, "the weights had not settled after 2 rounds"),
    ],
)
def test_nothing_is_learned_from_too_little(changed: dict[str, int], why: str) -> None:
    learned = learn(planted(3, 400, 0.6), replace(FREE, **({"levels": EDGES} | changed)))
    assert learned.model is None
    assert why in learned.why


def test_a_register_without_candidates_teaches_nothing() -> None:
    ready = prepare(tables([], [])[1], shipped())
    for records in ([], [record("1", "Ashcombe Priory", 51.0, 1.0)]):
        own, learned = learn_here(tables(records, [])[0], ready, shipped())
        assert own is shipped()
        assert "only 0 records" in learned.why


def test_a_register_that_teaches_is_decided_by_its_own_weights_and_stricter() -> None:
    ours, theirs = tables(
        [record(p.id, p.name, p.lat, p.lon) for p in PLACES],
        [item(p.qid, p.name, p.item_lat, p.lon) for p in PLACES if p.qid],
    )
    ready = prepare(theirs, shipped())
    own, learned = learn_here(ours, ready, shipped())
    assert learned.model is not None, learned.why
    assert own.pair_model is learned.model
    assert own.rival_model is shipped().rival_model
    assert own.match_placed >= shipped().match_placed
    assert own.match_unplaced >= shipped().match_unplaced
    rows = reconcile(ours, ready, own).to_pylist()
    matched = [row for row in rows if row["decision"] == "match"]
    assert len(matched) > 100
    right = {p.id: p.qid for p in PLACES}
    assert all(row["qid"] == right[row["record_id"]] for row in matched)
    assert Additive.parse(learned.model.plain()).plain() == learned.model.plain()


def test_a_large_register_is_learned_from_in_part() -> None:
    sparse = replace(shipped(), learning=replace(RULES, most_records=300, least_records=1, least_matches=1))
    records = [record(f"{k:04}", f"Mill {k}", 50 + k / 50, 1.0) for k in range(900)]
    items = [item(f"Q{k + 1}", f"Mill {k}", 50 + k / 50, 1.0) for k in range(900)]
    ours, theirs = tables(records, items)
    learned = learn_here(ours, prepare(theirs, sparse), sparse)[1]
    assert learned.why.startswith("300 records with")
