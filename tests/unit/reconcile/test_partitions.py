"""A register that is compared in partitions is decided as it is as a whole, however it is cut."""

from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from reconcile_cases import IDENTIFIER, Row, item, record, shipped, surroundings, tables

from heritage.reconcile import face, prepare, reconcile, settle
from heritage.reconcile.partitions import pairs_as_table, pairs_of_tables, partitions

EDGE = 52.25
"""Where one band of latitude ends, in which neighbours stand together, and the next one begins."""


def beyond(records: list[Row], items: list[Row]) -> tuple[list[Row], list[Row]]:
    """Beside the surroundings what a cut could spoil: items that two records claim from either side of an
    edge or from far apart, namesakes, records without a place, an id that stands on an item elsewhere."""
    records = [
        *records,
        record("north", "Wolvercote Mill", EDGE + 0.0001, -1.3),
        record("south", "Wolvercote Mill", EDGE - 0.0001, -1.3),
        record("nowhere", "Wolvercote Mill"),
        record("far", "Zzyzx Observatory", 55.9, -3.2),
        record("unplaced", "Zzyzx Observatory"),
        record("again", "Zzyzx Observatory", 50.1, -5.1, municipality="Otterton"),
        record("carried", "Quite Another Name", 58.0, -4.0),
    ]
    items = [
        *items,
        item("Q1", "Wolvercote Mill", EDGE, -1.3),
        item("Q2", "Zzyzx Observatory"),
        item("Q3", "Zzyzx Observatory, Otterton", 50.1, -5.1),
        item("Q4", "Lanercost Kiln", 50.0, 0.0, identifier="carried"),
    ]
    return records, items


def in_partitions(records: pa.Table, items: pa.Table, most: int, order: Any = list) -> pa.Table:
    settings = shipped()
    ready = prepare(items, settings)
    facing = face(records, ready, settings)
    cuts = partitions(facing.records.rows, most)
    made = {cut: pairs_as_table(face(records, ready, settings).pairs(*cut)) for cut in order(cuts)}
    return pa.concat_tables(
        settle(facing, pairs_of_tables(made[cut] for cut in cuts), ready, settings).parts()
    )


@hypothesis_settings(max_examples=15, deadline=None)
@given(most=st.integers(1, 30), backwards=st.booleans())
def test_it_makes_no_difference_how_a_register_is_cut(most: int, backwards: bool) -> None:
    given = tables(*beyond(*surroundings()))
    assert shipped().identifier == IDENTIFIER
    whole = reconcile(*given, shipped())
    order = (lambda cuts: cuts[::-1]) if backwards else list
    assert in_partitions(*given, most, order).equals(whole)


def test_an_item_claimed_from_two_partitions_goes_to_neither() -> None:
    matches = in_partitions(*tables(*beyond(*surroundings())), 1)
    decided = {row["record_id"]: row for row in matches.to_pylist()}
    assert decided["north"]["decision"] == decided["south"]["decision"] == "review"
    assert decided["s00"]["decision"] == "match"


def test_a_register_of_no_record_has_no_partition() -> None:
    assert partitions(0, 10) == []
