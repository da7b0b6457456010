"""Nothing more exact than the class allows leaves through the gate."""

import re
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heritage.disclosure.gate import for_wiki, place_for_export, publishable
from heritage.disclosure.grid import half_diagonal_m, snap
from heritage.model.disclosure import Disclosure
from heritage.model.tables import RECORDS, RISK

GRIDS = [Disclosure.S1, Disclosure.S2, Disclosure.S3]


def record(record_id: str = "1", **changes: Any) -> dict[str, Any]:
    return {
        "dataset": "gb_test",
        "record_id": record_id,
        "kind": "monument",
        "name": "Church of St Mary",
        "lang": "en",
        "names": [{"lang": "en", "text": "Church of St Mary"}, {"lang": "cy", "text": "Eglwys Fair"}],
        "municipality": "Leeds",
        "admin_item": "Q39121",
        "country": "Q145",
        "address": "12 Chapel Lane, Leeds",
        "lat": 53.75716,
        "lon": -1.67751,
        "precision_m": 5.0,
        "place_method": "given",
        "url": "https://example.org/1",
        "restriction": "Y",
        "file": "list.csv",
        "row": 7,
        "source_row": '{"x": "53.75716", "owner": "kept in the house"}',
        **changes,
    }


def ruling(
    record_id: str, disclosure: str, area: float | None = None, rules: tuple[str, ...] = ()
) -> dict[str, Any]:
    return {
        "area_degrees": area,
        "disclosure_rules": list(rules),
        "record_id": record_id,
        "level": "unknown",
        "explanation": "x",
        "disclosure": disclosure,
        "disclosure_reason": "x",
        "review_by": date(2028, 11, 21),
    }


def tables(records: list[dict[str, Any]], rulings: list[tuple[Any, ...]]) -> tuple[pa.Table, pa.Table]:
    return (
        pa.Table.from_pylist(records, schema=RECORDS),
        pa.Table.from_pylist([ruling(*r) for r in rulings], schema=RISK),
    )


def through(disclosure: str, area: float | None = None, **changes: Any) -> dict[str, Any]:
    (row,) = publishable(*tables([record(**changes)], [("1", disclosure, area)])).to_pylist()
    return row


def test_s0_leaves_as_held_but_without_the_registers_row():
    row = through("S0")
    assert "source_row" not in row
    assert {k: row[k] for k in ("lat", "lon", "precision_m", "address", "url")} == {
        k: record()[k] for k in ("lat", "lon", "precision_m", "address", "url")
    }
    assert row["withheld"] == []


def test_s1_is_rounded_and_says_so():
    row = through("S1")
    assert (row["lat"], row["lon"]) == (53.7575, -1.6775)
    assert row["precision_m"] == pytest.approx(5 + 78.7, abs=0.1)
    assert (row["address"], row["url"], row["restriction"]) == (None, None, None)
    assert row["municipality"] == "Leeds"
    assert "coordinates finer than 0.001 degrees" in row["withheld"]


def test_s2_keeps_the_municipality_if_it_is_known_to_be_large_enough():
    row = through("S2", area=0.02)
    assert [row[k] for k in ("lat", "lon", "precision_m", "address", "url", "restriction")] == [None] * 6
    assert (row["municipality"], row["admin_item"]) == ("Leeds", "Q39121")
    assert row["withheld"] == ["coordinates", "address", "link to the register's entry"]


@pytest.mark.parametrize(
    ("disclosure", "area", "told"),
    [
        ("S2", 0.009, False),
        ("S2", None, False),
        ("S3", 0.02, False),
        ("S3", 0.1, True),
        ("S4", 0.09, False),
        ("S4", 0.5, True),
        ("S1", None, True),
    ],
)
def test_an_area_is_told_only_if_it_is_known_to_be_as_large_as_the_cell(disclosure, area, told):
    row = through(disclosure, area)
    assert (row["municipality"], row["admin_item"]) == (("Leeds", "Q39121") if told else (None, None))
    assert ("municipality" in row["withheld"]) is not told


@pytest.mark.parametrize(
    ("precision_m", "lat"),
    [
        (1.0, 53.757162),
        (30.0, 53.7572),
        (1000.0, 53.757),
        (707.1, 53.757),
        (50_000.0, 53.8),
        (None, 53.7571617),
    ],
)
def test_r3_coordinates_leave_in_as_many_figures_as_the_source_knows(precision_m, lat):
    assert through("S0", lat=53.7571617, precision_m=precision_m)["lat"] == lat


def test_r12_what_people_want_out_of_sight_is_touched_by_no_machine():
    records = pa.Table.from_pylist([record("1"), record("2")], schema=RECORDS)
    rulings = [ruling("1", "S4", rules=("R5", "R12")), ruling("2", "S4", rules=("R5",))]
    risk = pa.Table.from_pylist(rulings, schema=RISK)
    assert for_wiki(records, risk)["record_id"].to_pylist() == ["2"]


@pytest.mark.parametrize("disclosure", ["S3", "S4"])
def test_case_10_a_restricted_record_leaves_without_any_place(disclosure):
    row = through(disclosure)
    exact = ("lat", "lon", "precision_m", "address", "url", "restriction", "municipality", "admin_item")
    assert [row[k] for k in exact] == [None] * len(exact)
    assert row["name"] == "Church of St Mary"
    assert row["country"] == "Q145"
    assert "municipality" in row["withheld"]


@pytest.mark.parametrize("disclosure", ["S5", "S9", ""])
def test_s5_and_what_we_cannot_read_does_not_leave(disclosure):
    assert publishable(*tables([record()], [("1", disclosure)])).num_rows == 0


def test_a_record_without_a_ruling_does_not_leave():
    assert publishable(*tables([record("1"), record("2")], [("2", "S0")]))["record_id"].to_pylist() == ["2"]


@pytest.mark.parametrize("rulings", [["S0", "S4"], ["S4", "S0"], ["S0", "S4", "S2"]])
def test_of_two_rulings_the_strictest_counts(rulings):
    records, risk = tables([record()], [("1", one) for one in rulings])
    assert publishable(records, risk)["disclosure"].to_pylist() == ["S4"]


def test_columns_that_the_gate_does_not_know_stay_behind():
    records, risk = tables([record()], [("1", "S0")])
    records = records.append_column("geometry", pa.array([b"POINT"]))
    assert "geometry" not in publishable(records, risk).column_names


def test_an_empty_table_passes_with_the_same_columns():
    empty = publishable(*tables([], []))
    assert empty.num_rows == 0
    assert {"disclosure", "withheld"} <= set(empty.column_names)


def test_some_columns_of_the_records_are_enough():
    records, risk = tables([record()], [("1", "S4")])
    row = publishable(records.select(["record_id", "lat", "lon"]), risk).to_pylist()[0]
    assert [row[name] for name in ("record_id", "lat", "lon", "disclosure")] == ["1", None, None, "S4"]
    assert row["withheld"] == ["coordinates"]


@pytest.mark.parametrize(
    "name",
    [
        "Mound at 53.75716, -1.67751",
        "Find 53°45'25\"N",
        "Cist SE 214 291",
        "Barrow (9C5WQ82F+VX)",
        "12 Chapel Lane",
        "House, 12, CHAPEL LANE",
        "Bowl barrow 350m north west of Manor Farm",
        "Church of Leeds",
    ],
)
def test_a_name_that_tells_the_place_gives_way_to_one_that_does_not(name):
    names = [{"lang": "en", "text": name}, {"lang": "cy", "text": "Eglwys Fair"}]
    row = through("S2", name=name, names=names)
    assert (row["name"], row["lang"], row["names"]) == ("Eglwys Fair", "cy", names[1:])
    assert "name that tells the place" in row["withheld"]
    assert through("S0", name=name, names=names)["name"] == name


def test_an_area_that_is_large_enough_may_stand_in_the_name():
    assert through("S2", area=0.02, name="Church of Leeds")["name"] == "Church of Leeds"


def test_a_record_whose_own_id_holds_its_place_leaves_exactly_or_not_at_all():
    telling = ["9C5WQ82F+VX", "30UWE1234567890", "534525N0014039W", "654321-6412345"]
    records = [record("53.75716,-1.67751"), record("PA00090355"), *map(record, telling)]
    rulings = [("53.75716,-1.67751", "S0"), ("PA00090355", "S4"), *((one, "S1") for one in telling)]
    for gate in (publishable, place_for_export):
        assert gate(*tables(records, rulings))["record_id"].to_pylist() == ["53.75716,-1.67751", "PA00090355"]


def test_a_year_or_a_saints_day_is_no_place():
    assert through("S4", name="Memorial 1914-1918 (1921)")["name"] == "Memorial 1914-1918 (1921)"


def test_maps_get_the_centre_of_the_cell_and_its_size():
    classes = ["S0", "S1", "S2", "S3", "S4", "S5"]
    records, risk = tables([record(c) for c in classes], [(c, c) for c in classes])
    rows = {row["record_id"]: row for row in place_for_export(records, risk).to_pylist()}
    assert {c: (r["lat"], r["lon"], r["cell_degrees"]) for c, r in rows.items()} == {
        "S0": (53.75716, -1.67751, None),
        "S1": (53.7575, -1.6775, 0.001),
        "S2": (53.755, -1.675, 0.01),
        "S3": (53.75, -1.65, 0.1),
        "S4": (None, None, None),
    }
    assert rows["S2"]["uncertainty_m"] == pytest.approx(787 + 5, abs=0.5)


def at(lat: float, lon: float, disclosure: Disclosure) -> tuple[float, float]:
    rows, columns = snap(np.array([lat]), np.array([lon]), disclosure)
    return float(rows[0]), float(columns[0])


@pytest.mark.parametrize(
    ("lat", "lon", "disclosure", "centre"),
    [
        (53.75716, -1.67751, Disclosure.S2, (53.755, -1.675)),
        (53.75716, -1.67751, Disclosure.S3, (53.75, -1.65)),
        (-2.141775, -2.141775, Disclosure.S3, (-2.15, -2.15)),
        (0.29, 0.57, Disclosure.S2, (0.295, 0.575)),  # 0.29 * 100 is 28.999999999999996
        (0.0, -0.0, Disclosure.S3, (0.05, 0.05)),
        (90.0, 180.0, Disclosure.S3, (89.95, -179.95)),
        (-90.0, -180.0, Disclosure.S3, (-89.95, -179.95)),
        (0.0, 179.9999, Disclosure.S1, (0.0005, 179.9995)),
    ],
)
def test_case_12_cells_have_one_centre(lat, lon, disclosure, centre):
    assert at(lat, lon, disclosure) == centre


def test_what_is_not_on_the_globe_has_no_cell():
    lat, lon = snap(np.array([91.0, 0.0, np.nan]), np.array([0.0, 181.0, 0.0]), Disclosure.S2)
    assert np.isnan(lat).all()
    assert np.isnan(lon).all()
    with pytest.raises(ValueError, match="S4"):
        snap(np.array([0.0]), np.array([0.0]), Disclosure.S4)


@pytest.mark.parametrize(("disclosure", "metres"), list(zip(GRIDS, [79, 787, 7872], strict=True)))
def test_half_diagonals_are_those_of_the_details(disclosure, metres):
    assert half_diagonal_m(disclosure) == pytest.approx(metres, abs=1)


degrees = {"allow_nan": False, "allow_infinity": False}


@given(st.floats(-90, 90, **degrees), st.floats(-180, 180, **degrees), st.sampled_from(GRIDS))
def test_snapping_stays_in_the_cell_on_the_globe_and_is_final(lat, lon, disclosure):
    cell = disclosure.cell_degrees
    snapped = at(lat, lon, disclosure)
    assert abs(snapped[0] - lat) <= cell / 2 + 1e-9
    apart = abs(snapped[1] - lon)
    assert min(apart, 360 - apart) <= cell / 2 + 1e-9
    assert -90 < snapped[0] < 90
    assert -180 < snapped[1] < 180
    assert at(*snapped, disclosure) == snapped


@given(
    st.integers(-8999, 8998),
    st.integers(-17999, 17998),
    st.lists(st.tuples(st.floats(0.001, 0.999), st.floats(0.001, 0.999)), min_size=2, max_size=5),
)
def test_all_places_of_a_cell_look_the_same(row, column, within):
    centres = {at((row + y) / 100, (column + x) / 100, Disclosure.S2) for y, x in within}
    assert len(centres) == 1


texts = st.none() | st.text(max_size=12) | st.sampled_from(["12 Chapel Lane", "53.75716, -1.67751"])


@settings(deadline=None)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "lat": st.none() | st.floats(-90, 90, **degrees),
                "lon": st.none() | st.floats(-180, 180, **degrees),
                "precision_m": st.none() | st.floats(0.1, 1e5, **degrees),
                "name": texts,
                "type": texts,
                "municipality": texts,
                "address": st.just("12 Chapel Lane"),
            }
        ),
        max_size=6,
    ),
    data=st.data(),
)
def test_nothing_more_exact_than_allowed_survives(rows, data):
    classes = [data.draw(st.sampled_from([*Disclosure, "S7"])) for _ in rows]
    records, risk = tables(
        [record(str(i), names=[{"lang": "en", "text": row["name"]}], **row) for i, row in enumerate(rows)],
        [(str(i), str(value)) for i, value in enumerate(classes)],
    )
    left = publishable(records, risk)
    assert "source_row" not in left.column_names
    for row in left.to_pylist():
        held = rows[int(row["record_id"])]
        disclosure = Disclosure(classes[int(row["record_id"])])
        assert disclosure is not Disclosure.S5
        if disclosure is Disclosure.S0:
            continue
        assert not any(row[name] for name in ("address", "url", "restriction", "place_method"))
        assert not re.search(r"53\.75716|12 Chapel Lane", repr(row))
        if disclosure is Disclosure.S1 and held["lat"] is not None and held["lon"] is not None:
            assert (row["lat"], row["lon"]) == at(held["lat"], held["lon"], disclosure)
            assert row["precision_m"] >= max(half_diagonal_m(disclosure), held["precision_m"] or 0)
        else:
            assert (row["lat"], row["lon"], row["precision_m"]) == (None, None, None)
        if disclosure >= Disclosure.S3:
            assert (row["municipality"], row["admin_item"]) == (None, None)
