"""Layers over records: who is exposed, since when, until when, and what a new version looks at again."""

from datetime import date

import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from heritage.adapters.files import FileStore
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.errors import SpecError
from heritage.model.approval import Answer
from heritage.model.evidence import Level
from heritage.model.tables import EVIDENCE, RECORDS
from heritage.risk.combine import combine
from heritage.risk.rows import evidence_of
from heritage.spec.loader import load_specs
from heritage.steps.approve import approve
from heritage.steps.overlay import expose
from layer_examples import ROOT, TODAY, VOCABULARIES, Day, alerts, layer, run

KNOWN = YamlVocabularies(VOCABULARIES)
DATASET = load_specs(ROOT / "datasets")[0][0]
SITES = {
    "near": (10.0, 50.0, 1.0),
    "far": (30.0, 50.0, 1.0),
    "pole": (0.0, 89.9999, 1.0),
    "east": (179.999, 0.0, 1.0),
}


class House:
    """Records in a store, and layers laid over them."""

    def __init__(self, folder, sites=SITES):
        self.folder, self.store = folder, FileStore(str(folder / "data"))
        columns = {
            "record_id": list(sites),
            "lon": [site and site[0] for site in sites.values()],
            "lat": [site and site[1] for site in sites.values()],
            "precision_m": [site and site[2] for site in sites.values()],
        }
        schema = pa.schema([RECORDS.field(name) for name in columns])
        self.store.write_table(DATASET.spec.id, "s1", "records", pa.table(columns, schema), "records-1")

    def over(self, content, day=TODAY, **changes):
        """The exposure to a new pull of the layer."""
        loaded = layer(self.folder, **changes)
        snapshot, counts = run(loaded, self.store, content, day)
        if counts.waits:  # half of the layer is gone, which a person is asked about
            approve(loaded, snapshot, Answer(True, "Ada", "tests"), store=self.store, clock=Day(day))
        return self.again(loaded)

    def again(self, loaded):
        return expose(DATASET, "s1", loaded, store=self.store, vocabularies=KNOWN)

    @property
    def counts(self):
        return self.store.read_json(DATASET.spec.id, "s1", "overlay_world_demo")


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


def ids(table):
    return table["record_id"].to_pylist()


def test_a_red_alert_at_the_site_is_vulnerable_for_thirty_days_and_then_unknown(house):
    """Acceptance case 5: GDACS Red A1 at the site, nothing else -> 2 (cap), expires after 30 d -> unknown."""
    table = house.over(alerts((shapely.box(9.9, 49.9, 10.1, 50.1), {"seen": "2026-11-20"})), observed="seen")
    assert table.schema.equals(EVIDENCE)
    assert ids(table) == ["near"]
    items = [evidence_of(row) for row in table.to_pylist()]
    weights = KNOWN.combination()
    assert (items[0].reliability, items[0].credibility, items[0].cap) == ("A", 1, 2)
    for day in (TODAY, date(2026, 12, 19)):
        assert combine(items, day, weights).level is Level.VULNERABLE
    after = combine(items, date(2026, 12, 20), weights)
    assert (after.level, after.last_level, after.flags) == (Level.UNKNOWN, Level.VULNERABLE, ("stale",))


def test_a_row_says_where_it_comes_from_and_how_near_it_is(house):
    area = shapely.box(10.01, 49.9, 10.2, 50.1)
    said = {"seen": "2026-11-20", "page": "https://example.org/alert"}
    table = house.over(alerts((area, said)), observed="seen", url="page", reach_m=800, precision=50)
    (row,) = table.to_pylist()
    assert row["distance_m"] == pytest.approx(717, abs=2)
    assert row["uncertainty_m"] == 800 + 50 + 1
    assert (row["axis"], row["relation"], row["raw_value"]) == ("exposure", "within", "Red")
    assert (row["register"], row["snapshot"]) == ("world_demo", house.store.last_good("world_demo"))
    assert (row["observed"], row["retrieved"]) == (date(2026, 11, 20), TODAY)
    assert (row["url"], row["licence"]) == ("https://example.org/alert", "CC0-1.0")
    assert row["evidence_id"] == evidence_of(row).evidence_id


def test_pole_and_date_line_are_no_borders(house):
    shapes = [shapely.Point(180, 89.9999), shapely.Point(-179.999, 0)]
    assert ids(house.over(alerts(*((shape, {}) for shape in shapes)), reach_m=500)) == ["east", "pole"]


def test_the_nearest_feature_of_each_value_stands_for_it_and_the_newest_day_counts(house):
    said = [
        (shapely.Point(10.001, 50), {"seen": "2026-11-10"}),
        (shapely.Point(10.003, 50), {"seen": "2026-11-19"}),
        (shapely.Point(10.002, 50), {"level": "Orange", "seen": "2026-11-12"}),
    ]
    table = house.over(alerts(*said), observed="seen", reach_m=1000)
    orange, red = table.to_pylist()
    assert (orange["raw_value"], orange["observed"]) == ("Orange", date(2026, 11, 12))
    assert (red["raw_value"], red["observed"]) == ("Red", date(2026, 11, 19))
    assert red["distance_m"] == pytest.approx(72, abs=1)


CONFLICT = {
    "scheme": "ucdp_event",
    "value": None,
    "says": "armed conflict event",
    "id": "nr",
    "observed": "seen",
}


def conflict(*days):
    return alerts(*((shapely.Point(10.01, 50), {"nr": n, "seen": day}) for n, day in enumerate(days)))


def test_three_events_in_a_year_are_needed_and_it_ends_ninety_days_after_the_last(house):
    rule = {**CONFLICT, "reach_m": 10_000, "at_least": 3, "within_days": 365}
    assert ids(house.over(conflict("2026-09-01", "2026-10-01"), **rule)) == []
    assert ids(house.over(conflict("2025-10-01", "2026-10-01", "2026-11-01"), **rule)) == []
    (row,) = house.over(conflict("2026-02-01", "2026-10-01", "2026-11-01"), **rule).to_pylist()
    assert (row["observed"], row["valid_until"]) == (date(2026, 11, 1), date(2027, 1, 30))
    assert (row["reliability"], row["credibility"], row["level"], row["cap"]) == ("A", 2, 2, 2)
    assert row["meaning"] == "3 events within 10000 m in 365 days"
    # The third newest is a year old before ninety days have passed: two are not enough then.
    (row,) = house.over(conflict("2025-12-24", "2026-10-01", "2026-11-01"), **rule).to_pylist()
    assert row["valid_until"] == date(2026, 12, 25)


def test_records_without_a_place_and_layers_without_a_good_version_say_nothing(tmp_path):
    house = House(tmp_path, {"nowhere": (None, None, None)})
    assert house.again(layer(tmp_path)).num_rows == 0
    assert house.over(alerts((shapely.box(-180, -90, 180, 90), {}))).num_rows == 0


@pytest.mark.parametrize(("east", "warned"), [(10.0, True), (0.5, False)])
def test_a_layer_that_touches_every_place_is_warned_of(tmp_path, caplog, east, warned):
    house = House(tmp_path, {f"s{n}": (n * 0.1, 50.0, 1.0) for n in range(12)})
    house.over(alerts((shapely.box(-1, 49, east, 51), {})))
    assert ("touches every one of the 12 places" in caplog.text) is warned


def test_a_scheme_that_speaks_of_more_than_exposure_is_refused(house):
    with pytest.raises(SpecError, match="not of exposure"):
        house.over(alerts((shapely.Point(1, 1), {"level": "Destroyed"})), scheme="unosat")


def test_a_new_version_looks_only_at_what_is_near_a_change(house):
    near, far = shapely.box(9.9, 49.9, 10.1, 50.1), shapely.box(29.9, 49.9, 30.1, 50.1)
    assert ids(house.over(alerts((near, {})))) == ["near"]
    assert house.counts["evaluated"] == 4
    table = house.over(alerts((near, {}), (far, {}), name="added"))
    assert (ids(table), house.counts["evaluated"]) == (["far", "near"], 1)
    table = house.over(alerts((near, {"level": "Orange"}), (far, {}), name="changed"))
    assert (ids(table), house.counts["evaluated"]) == (["far", "near"], 1)
    assert table["raw_value"].to_pylist() == ["Red", "Orange"]
    table = house.over(alerts((far, {}), name="removed"))
    assert (ids(table), house.counts["evaluated"]) == (["far"], 1)
    assert set(table["snapshot"].to_pylist()) == {house.store.last_good("world_demo")}


def test_the_same_again_is_not_made_again(house):
    loaded = layer(house.folder)
    first = house.over(alerts((shapely.box(9.9, 49.9, 10.1, 50.1), {})))
    made = house.counts
    assert house.again(loaded).equals(first)
    assert house.counts == made


LON, LAT = (-179.99, 0.0, 10.0, 179.99), (-89.99, 0.0, 50.0, 89.99)
POINTS = st.tuples(st.sampled_from(LON), st.sampled_from(LAT))
SAID = st.lists(
    st.tuples(POINTS, st.sampled_from(["Red", "Orange", "Green"]), st.integers(1, 20)), max_size=6
)


@settings(max_examples=25, deadline=None)
@given(SAID, SAID)
def test_step_by_step_comes_to_the_same_as_all_at_once(tmp_path_factory, before, after):
    sites = {f"{lon},{lat}": (lon + 0.001, lat, 1.0) for lon in LON for lat in LAT}
    changes = {"observed": "seen", "reach_m": 3000}

    def content(said):
        seen = [(at, {"level": value, "seen": f"2026-11-{day:02}"}) for at, value, day in said]
        return alerts(*((shapely.Point(*at).buffer(0.001), properties) for at, properties in seen))

    step_by_step = House(tmp_path_factory.mktemp("steps"), sites)
    step_by_step.over(content(before), **changes)
    at_once = House(tmp_path_factory.mktemp("once"), sites)
    assert step_by_step.over(content(after), **changes).equals(at_once.over(content(after), **changes))
