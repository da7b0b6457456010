"""Layers as they are published, good and bad, and the features that are made of them."""

import json
import zipfile
from datetime import date

import geopandas as gpd
import pytest
import shapely

from heritage.adapters.files import FileStore
from heritage.errors import SnapshotStopped, SourceChanged, SpecError
from heritage.model.approval import Answer
from heritage.model.tables import FEATURES
from heritage.steps.approve import approve, question
from layer_examples import TODAY, Day, alerts, layer, run

BOX = shapely.box(10, 50, 11, 51)
METRES = shapely.box(530_000, 180_000, 531_000, 181_000)


@pytest.fixture
def store(tmp_path):
    return FileStore(str(tmp_path / "data"))


def rows(store, snapshot, name="features"):
    columns = FEATURES.names if name == "features" else None  # a store leaves geometry out unless asked
    return store.read_table("world_demo", snapshot, name, columns).to_pylist()


def shapes(store, snapshot):
    return [shapely.from_wkb(row["geometry"]) for row in rows(store, snapshot)]


def test_a_feature_keeps_its_value_day_precision_and_address(tmp_path, store):
    loaded = layer(
        tmp_path,
        observed="seen",
        url="page",
        precision={"column": "how", "metres": {"town": 2000, "street": 50}},
    )
    said = {
        "level": " Orange ",
        "seen": "2026-11-20T06:00:00",
        "page": "https://example.org/1",
        "how": "town",
    }
    snapshot, counts = run(loaded, store, alerts((BOX, said)))
    (row,) = rows(store, snapshot)
    assert shapely.from_wkb(row["geometry"]).equals(BOX)
    assert (row["value"], row["observed"], row["uncertainty_m"]) == ("Orange", date(2026, 11, 20), 2000)
    assert row["url"] == "https://example.org/1"
    assert (counts.features, counts.rejected, store.last_good("world_demo")) == (1, 0, snapshot)


def test_without_a_date_of_its_own_it_was_seen_on_the_day_of_the_pull(tmp_path, store):
    snapshot, _ = run(layer(tmp_path), store, alerts((BOX, {})))
    assert rows(store, snapshot)[0]["observed"] == TODAY


def test_what_cannot_be_used_is_kept_with_its_reason(tmp_path, store):
    loaded = layer(tmp_path, observed="seen")
    good = [(shapely.box(x, 0, x + 0.5, 1), {"seen": "2026-11-20"}) for x in range(40)]
    bad = [
        (None, {"seen": "2026-11-20"}),
        ({"type": "Polygon", "coordinates": []}, {"seen": "2026-11-20"}),
        ({"type": "Polygon", "coordinates": [[[0, 0], ["a", 1], [1, 1]]]}, {"seen": "2026-11-20"}),
        (shapely.Point(530_000, 180_000), {"seen": "2026-11-20"}),
        (BOX, {"seen": None}),
        (BOX, {"seen": "sometime"}),
        (BOX, {"seen": "2026-11-23"}),
        (BOX, {"level": None, "seen": "2026-11-20"}),
    ]
    snapshot, counts = run(loaded, store, alerts(*good, *bad))
    assert counts.reasons == {
        "shape-missing": 2,
        "risk-undated": 2,
        "point-unreadable": 1,
        "shape-outside": 1,
        "risk-future": 1,
        "value-missing": 1,
    }
    assert counts.features == 40
    told = rows(store, snapshot, "rejected")
    assert [row["row"] for row in told] == list(range(41, 49))
    assert "layer.point.crs" in told[3]["reason"]


def test_shapes_that_cross_themselves_or_180_degrees_are_mended_and_told(tmp_path, store):
    bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    beyond, jumping = shapely.box(179, 0, 181, 1), shapely.Polygon([(179, 3), (-179, 3), (-179, 4), (179, 4)])
    snapshot, counts = run(layer(tmp_path), store, alerts((bow_tie, {}), (beyond, {}), (jumping, {})))
    assert counts.notes == {"shape-mended": 1, "shape-cut": 2}
    made = shapes(store, snapshot)
    assert all(shape.is_valid and -180 <= shape.bounds[0] <= shape.bounds[2] <= 180 for shape in made)
    assert sorted(round(shape.area, 6) for shape in made) == [2, 2, 2]


def test_an_unknown_value_stops_with_every_term_and_its_count(tmp_path, store):
    run(layer(tmp_path), store, alerts((BOX, {})))
    good = store.last_good("world_demo")
    with pytest.raises(SourceChanged, match=r"3 features .* 'Purple' \(2\), 'Grün' \(1\).*gdacs_alert.yaml"):
        run(
            layer(tmp_path), store, alerts(*((BOX, {"level": word}) for word in ("Purple", "Grün", "Purple")))
        )
    assert store.last_good("world_demo") == good


def test_a_value_that_says_nothing_and_what_is_over_are_left_out(tmp_path, store):
    loaded = layer(tmp_path, observed="seen")
    said = [{"level": "Green", "seen": "2026-11-20"}, {"seen": "2026-10-01"}, {"seen": "2026-10-23"}]
    snapshot, counts = run(loaded, store, alerts(*((BOX, one) for one in said)))
    assert (counts.features, counts.silent) == (1, 2)
    assert rows(store, snapshot)[0]["observed"] == date(2026, 10, 23)


@pytest.mark.parametrize("bounds", [[2, 5], [0, 0]])
def test_outside_the_bounds_it_is_not_used_and_the_last_good_one_stays(tmp_path, store, bounds):
    good, _ = run(layer(tmp_path), store, alerts((BOX, {})))
    with pytest.raises(SnapshotStopped, match=r"brought 1 features.*last good one stays"):
        run(layer(tmp_path, features=bounds), store, alerts((BOX, {"level": "Orange"})))
    assert store.last_good("world_demo") == good


def test_a_layer_most_of_which_cannot_be_used_is_not_used(tmp_path, store):
    content = alerts((METRES, {}), (METRES, {"level": "Orange"}), (BOX, {}))
    with pytest.raises(SnapshotStopped, match=r"2 features cannot be used \(2 shape-outside\).*layer\.point"):
        run(layer(tmp_path), store, content)


def answered(loaded, store, snapshot, approved=True):
    answer = Answer(approved, "Ada", "tests")
    return approve(loaded, snapshot, answer, store=store, clock=Day())


def some_bad(bad, of=20):
    good = [(shapely.Point(x / 10, 0), {}) for x in range(of - bad)]
    return alerts(*good, *[(None, {}) for _ in range(bad)])


@pytest.mark.parametrize(("bad", "waits"), [(1, False), (2, True), (9, True)])
def test_between_2_and_20_per_cent_that_cannot_be_used_a_person_is_asked(tmp_path, store, bad, waits):
    loaded = layer(tmp_path)
    good, _ = run(loaded, store, alerts((BOX, {})))
    snapshot, counts = run(loaded, store, some_bad(bad, of=50))
    assert (counts.rejected, counts.waits) == (bad, waits)
    assert store.last_good("world_demo") == (good if waits else snapshot)
    asked = question(loaded, snapshot, store=store)
    assert bool(asked) is waits
    if asked:
        assert (asked.records, asked.what, asked.rejected) == (50 - bad, "features", bad)
        assert (
            f"{bad} of 50 features ({bad / 50:.1%}, limit 2%): {bad} shape-missing. The first:"
            in (asked.findings[0])
        )


def test_what_was_approved_is_used_and_asked_about_no_more(tmp_path, store):
    loaded = layer(tmp_path)
    snapshot, _ = run(loaded, store, some_bad(2))
    with pytest.raises(SnapshotStopped, match=r"not used until an engineer approves it .* no good one yet"):
        approve(loaded, snapshot, None, store=store, clock=Day())
    with pytest.raises(SnapshotStopped, match="Ada refused it"):
        answered(loaded, store, snapshot, approved=False)
    assert store.last_good("world_demo") is None
    assert answered(loaded, store, snapshot).by == "Ada"
    assert store.last_good("world_demo") == snapshot
    again, counts = run(loaded, store, some_bad(2), date(2026, 11, 22))
    assert (again, counts.waits) == (snapshot, False), "the same on the next day"
    _, counts = run(loaded, store, some_bad(3), date(2026, 11, 22))
    assert counts.waits


def test_many_fewer_than_before_are_a_question_where_their_absence_ends_the_danger(tmp_path, store):
    loaded = layer(tmp_path)
    run(loaded, store, some_bad(0, of=40))
    less, counts = run(loaded, store, some_bad(0, of=38))
    assert (counts.waits, store.last_good("world_demo")) == (False, less)
    snapshot, counts = run(loaded, store, alerts())
    assert (counts.waits, store.last_good("world_demo")) == (True, less)
    assert (
        "0 features came, 38 in the last good snapshot (limit 5% fewer)"
        in (question(loaded, snapshot, store=store).findings[0])
    )
    answered(loaded, store, snapshot)
    assert store.last_good("world_demo") == snapshot
    news = layer(tmp_path, absence="says_nothing")
    run(news, store, some_bad(0, of=40))
    assert not run(news, store, some_bad(0, of=2))[1].waits


def test_a_source_that_nobody_could_confirm_is_asked_about_once(tmp_path, store):
    loaded = layer(tmp_path, unverified="Nobody has seen the columns.")
    snapshot, counts = run(loaded, store, alerts((BOX, {})))
    assert counts.waits
    assert "Nobody has seen the columns." in question(loaded, snapshot, store=store).findings[0]
    answered(loaded, store, snapshot)
    _, counts = run(loaded, store, alerts((BOX, {"level": "Orange"})))
    assert not counts.waits
    elsewhere = layer(tmp_path, {"url": "https://example.org/b"}, unverified="Nobody has seen the columns.")
    _, counts = run(elsewhere, store, alerts((shapely.Point(1, 1), {})))
    assert counts.waits


def test_another_crs_than_described_is_refused_with_what_to_set(tmp_path, store):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    with pytest.raises(SourceChanged, match=r"EPSG:27700.*EPSG:4326: set layer\.point\.crs"):
        run(layer(tmp_path), store, alerts((METRES, {}), crs=crs))
    snapshot, _ = run(layer(tmp_path, point={"crs": "EPSG:27700"}), store, alerts((METRES, {}), crs=crs))
    assert shapes(store, snapshot)[0].covers(shapely.Point(-0.122, 51.508))


def test_a_quiet_feed_is_good_where_the_bounds_allow_for_it(tmp_path, store):
    _, counts = run(layer(tmp_path), store, alerts())
    assert counts.features == 0
    with pytest.raises(SourceChanged, match="no feature"):
        run(layer(tmp_path, features=[1, 5]), store, alerts(name="another"))


def test_a_feed_that_tells_what_is_new_alone_keeps_what_still_counts(tmp_path, store):
    loaded = layer(tmp_path, observed="seen", absence="says_nothing")
    early, late = {"seen": "2026-11-01"}, {"seen": "2026-11-20"}
    run(loaded, store, alerts((BOX, early)), date(2026, 11, 2))
    snapshot, counts = run(loaded, store, alerts((BOX, late)), date(2026, 11, 21))
    assert (counts.features, counts.carried) == (2, 1)
    assert run(loaded, store, alerts((BOX, late)), date(2026, 11, 21)) == (snapshot, counts)
    _, counts = run(loaded, store, alerts((BOX, late), (shapely.Point(1, 1), late)), date(2026, 12, 3))
    assert (counts.features, counts.carried) == (2, 0)  # what was seen on 1 November counts for 30 days


def test_a_list_that_tells_all_forgets_what_it_does_not_tell(tmp_path, store):
    loaded = layer(tmp_path, observed="seen")
    run(loaded, store, alerts((BOX, {"seen": "2026-11-01"})), date(2026, 11, 2))
    _, counts = run(loaded, store, alerts((shapely.Point(1, 1), {"seen": "2026-11-02"})), date(2026, 11, 3))
    assert (counts.features, counts.carried) == (1, 0)


def test_events_alike_in_all_but_their_id_are_several(tmp_path, store):
    said = [(BOX, {"nr": 1}), (BOX, {"nr": 2}), (BOX, {"nr": 2})]
    _, counts = run(layer(tmp_path, id="nr"), store, alerts(*said))
    assert (counts.features, counts.notes) == (2, {"row-repeated": 1})
    _, counts = run(layer(tmp_path), store, alerts(*said))
    assert counts.features == 1


def test_only_the_features_that_the_description_takes(tmp_path, store):
    loaded = layer(tmp_path, only={"type": ["EQ", "TC"]})
    said = [(BOX, {"type": kind}) for kind in ("EQ", "TC", "DR", "WF")]
    _, counts = run(loaded, store, alerts(*said, (BOX, {"type": "DR", "level": "Purple"})))
    assert (counts.features, counts.left_out) == (1, 3)


def test_a_selection_that_takes_nothing_is_warned_of(tmp_path, store, caplog):
    loaded = layer(tmp_path, only={"type": ["Earthquake"]})
    run(loaded, store, alerts((BOX, {"type": "EQ"}), (BOX, {"type": "TC"})))
    assert "layer.only takes none of the 2 features of Demo alerts" in caplog.text


def test_a_scheme_of_something_else_than_exposure_is_refused_before_the_layer_is_good(tmp_path, store):
    """Else every register would stop at its next flagging."""
    with pytest.raises(
        SpecError, match=r"world_demo: layer\.scheme: unosat speaks of state, not of exposure"
    ):
        run(layer(tmp_path, scheme="unosat"), store, alerts((BOX, {"level": "Destroyed"})))
    assert store.last_good("world_demo") is None


def test_unknown_words_of_precision_stop_with_every_word(tmp_path, store):
    loaded = layer(tmp_path, precision={"column": "how", "metres": {"town": 2000}})
    said = [(BOX, {"how": word}) for word in ("town", "street", "county", "street")]
    with pytest.raises(SourceChanged, match=r"3 features .* 'street' \(2\), 'county' \(1\)"):
        run(loaded, store, alerts(*said))


def test_a_column_that_is_gone_is_told(tmp_path, store):
    with pytest.raises(SourceChanged, match=r"field nr: A column .* It has colour, level"):
        run(layer(tmp_path, id="nr"), store, alerts((BOX, {"colour": "Red"})))


FRAME = gpd.GeoDataFrame({"level": ["Red", "Green"]}, geometry=[BOX, shapely.Point(5, 5)], crs=4326)


def geopackage(folder):
    FRAME.to_file(folder / "alerts.gpkg", layer="alerts")
    return folder / "alerts.gpkg"


def kml(folder):
    FRAME.rename(columns={"level": "Name"}).to_file(folder / "alerts.kml", driver="KML")
    return folder / "alerts.kml"


def shapefile(folder):
    FRAME[:1].to_crs(3035).to_file(folder / "alerts.shp")
    with zipfile.ZipFile(folder / "alerts.zip", "w") as archive:
        for part in folder.glob("alerts.???"):
            if part.suffix != ".zip":
                archive.write(part, part.name)
    return folder / "alerts.zip"


def esri_page(folder):
    hole = shapely.box(10.4, 50.4, 10.6, 50.6)
    rings = [shapely.get_coordinates(ring).tolist() for ring in (BOX, hole)]
    features = [{"attributes": {"level": "Red"}, "geometry": {"rings": rings}}]
    page = {"spatialReference": {"wkid": 4326}, "features": features}
    (folder / "page.json").write_text(json.dumps(page))
    return folder / "page.json"


def table(folder):
    said = ["Red;10,5;50,5", "Red;0;0", "Green;1;2", "Red;7;8", "Orange;7;9", "Red;7;7"]
    (folder / "alerts.csv").write_text("\n".join(["level;lon;lat", *said, ""]))
    return folder / "alerts.csv"


@pytest.mark.parametrize(
    ("make", "harvest", "changes", "features"),
    [
        (geopackage, {"protocol": "geopackage"}, {}, 1),
        (kml, {"protocol": "kml"}, {"value": "Name"}, 1),
        (shapefile, {"protocol": "shapefile"}, {"point": {"crs": "EPSG:3035"}}, 1),
        (esri_page, {"protocol": "arcgis", "url": "https://example.org/a/FeatureServer/0"}, {}, 1),
        (table, {"protocol": "csv", "delimiter": ";"}, {"point": {"x": "lon", "y": "lat"}}, 4),
    ],
    ids=["geopackage", "kml", "shapefile", "esri", "csv"],
)
def test_every_format_brings_its_whole_shapes(tmp_path, store, make, harvest, changes, features):
    folder = tmp_path / "published"
    folder.mkdir()
    snapshot, counts = run(layer(tmp_path, harvest, **changes), store, make(folder))
    assert counts.features == features
    found = shapely.union_all(shapes(store, snapshot))
    assert found.covers(shapely.Point(10.5, 50.5)) is (make is not esri_page)  # it has a hole there
    if make is not table:
        assert found.covers(shapely.Point(10.1, 50.1))
