"""A shapefile as it lies in a folder of downloads: a bare .shp among its other parts."""

import zipfile

import geopandas as gpd
import pytest
from test_source_commands import drafted, run


@pytest.fixture
def map_file(here):
    """A shapefile with names in Georgian, in the zone of UTM that it names."""
    places = gpd.points_from_xy([44.8 + n / 100 for n in range(40)], [41.7] * 40)
    columns = {"KODI": [f"GE-{n:04}" for n in range(40)], "SAXELI": [f"ეკლესია {n}" for n in range(40)]}
    columns["TIPI"] = ["ციხე" if n % 4 else "ხიდი" for n in range(40)]
    frame = gpd.GeoDataFrame(columns, geometry=places, crs=4326).to_crs(32638)
    folder = here / "downloads"
    folder.mkdir()
    frame.to_file(folder / "sites[1].shp", encoding="UTF-8")
    (folder / "sites[1].docx").write_text("of another kind")
    return folder / "sites[1].shp"


def test_a_bare_shp_comes_with_its_other_parts(here, map_file):
    loaded = drafted(run("source", "new", map_file, "--country", "ge", "--id", "ge_sites"))
    assert [path.name for path in (loaded.folder / "samples").iterdir()] == ["sites[1].zip"]
    with zipfile.ZipFile(loaded.folder / "samples" / "sites[1].zip") as archive:
        assert sorted(name.rpartition(".")[2] for name in archive.namelist()) == [
            "cpg",
            "dbf",
            "prj",
            "shp",
            "shx",
        ]
    assert loaded.spec.harvest.url.endswith(".zip")
    assert (loaded.spec.record.point.crs, [lang for lang, _ in loaded.spec.record.names()]) == (
        "EPSG:32638",
        ["ka"],
    )
    answer = run("run", loaded.path, "--from", map_file, "--until", "map")
    assert answer.exit_code == 0, answer.output
    seen = run("source", "preview", loaded.path, "--from", map_file, "--html", here / "p.html")
    assert "40 records" in seen.output


@pytest.mark.parametrize(
    ("missing", "what"), [(".dbf", "the columns, with id and name"), (".shx", "each shape begins")]
)
def test_a_shp_without_a_part_is_refused_naming_it(here, map_file, missing, what):
    map_file.with_suffix(missing).unlink()
    answer = run("source", "new", map_file, "--country", "ge", "--id", "ge_sites")
    assert answer.exit_code == 1
    assert f"sites[1]{missing} (" in answer.output
    assert what in answer.output
    assert "does not lie beside it: put all its parts into one folder" in answer.output


def test_without_a_prj_it_is_told_what_became_of_the_points(here, map_file):
    map_file.with_suffix(".prj").unlink()
    answer = run("source", "new", map_file, "--country", "ge", "--id", "ge_sites")
    assert drafted(answer).spec.record.point.crs == "EPSG:32638"
    assert (
        "sites[1].prj (the coordinate system) does not lie beside it: EPSG:32638 is guessed" in answer.output
    )
    answer = run("source", "new", map_file, "--id", "world_sites")
    assert drafted(answer).spec.record.point is None
    assert (
        "does not lie beside it: its points are not drafted: put it there, or begin anew with --country"
        in answer.output
    )
