"""Shapefiles, GeoPackages, KML and GML: attributes to the letter, places in the CRS that is described."""

import io
import logging
import math
import sqlite3
import struct
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyogrio
import pytest
import shapely

from heritage.adapters.harvest import FileFetcher, Reader
from heritage.errors import SourceChanged
from heritage.model.issue import IssueCode
from heritage.spec.dataset import DatasetSpec
from register_examples import description, fetched, loaded

POINTS = [shapely.Point(674032.5, 6580822.25), None, shapely.Point(674032, 6580822.125)]
SQUARE = shapely.box(0, 0, 6, 8)
DRIVERS = {"shp": "ESRI Shapefile", "gpkg": "GPKG", "gml": "GML", "kml": "KML"}
PROTOCOLS = {"shp": "shapefile", "gpkg": "geopackage", "gml": "gml", "kml": "kml"}


def written(
    folder, suffix, shapes=POINTS, crs="EPSG:3006", kind="Point", encoding=None, layer="sites", **columns
):
    """A file of the register as GDAL writes it."""
    path = folder / f"{layer}.{suffix}"
    columns = columns or {"nr": ["007", "8", "9"], "namn": ["Kyrka åäö", None, "x"]}
    table = pa.table(
        columns
        | {
            "wkb_geometry": [
                one if one is None or isinstance(one, bytes) else shapely.to_wkb(one, flavor="iso")
                for one in shapes
            ]
        }
    )
    options = {"FORMAT": "GML3.2"} if suffix == "gml" else {}
    pyogrio.write_arrow(
        table,
        path,
        driver=DRIVERS[suffix],
        layer=layer,
        geometry_name="wkb_geometry",
        geometry_type=kind,
        crs=crs,
        encoding=encoding,
        **options,
    )
    return path


def zipped(folder, *drop):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            if path.suffix not in drop:
                archive.write(path, f"data/{path.name}")
    return made.getvalue()


def spec_of(protocol, crs="EPSG:3006", record=None, **harvest):
    point = {"x": None, "y": None, "crs": crs}
    content = description(
        harvest={"protocol": protocol, **harvest}, record={"point": point, **(record or {})}
    )
    content["record"]["point"] = {"crs": crs} if record is None or "point" not in record else record["point"]
    return DatasetSpec.model_validate(content)


def read(content, protocol, crs="EPSG:3006", name="", record=None, **harvest):
    spec = spec_of(protocol, crs, record, **harvest)
    file = fetched(name or f"list.{protocol}", content)
    return [row for some in Reader().rows(spec, [file]) for row in some.each()]


def through(folder, suffix, **options):
    """The file through its format, the shapefile in a ZIP."""
    path = folder / f"sites.{suffix}"
    content = zipped(folder) if suffix == "shp" else path.read_bytes()
    return read(content, PROTOCOLS[suffix], **options)


@pytest.mark.parametrize("suffix", ["shp", "gpkg", "gml"])
def test_attributes_and_points_come_to_the_letter(tmp_path, suffix):
    written(tmp_path, suffix)
    rows = through(tmp_path, suffix)
    assert [row.number for row in rows] == [1, 2, 3]
    assert [row.cells["nr"] for row in rows] == ["007", "8", "9"]
    assert [row.cells.get("namn") for row in rows] == ["Kyrka åäö", None, "x"]
    places = [(row.cells["geometry.x"], row.cells["geometry.y"]) for row in rows]
    assert places == [("674032.5", "6580822.25"), ("", ""), ("674032", "6580822.125")]
    assert [row.cells["geometry.type"] for row in rows] == ["Point", "", "Point"]
    assert [row.fault for row in rows] == [None, None, None]


def test_kml_is_read_from_all_folders_and_out_of_a_kmz(tmp_path):
    written(tmp_path, "kml", [shapely.Point(14.5, 59.3)] * 3, "EPSG:4326")
    content = (tmp_path / "sites.kml").read_text("utf-8")
    folder = content[content.index("<Folder>") : content.index("</Folder>") + 9]
    twice = content.replace(folder, folder + folder.replace("<name>sites<", "<name>more<")).encode()
    rows = read(twice, "kml", "EPSG:4326")
    assert [row.number for row in rows] == [1, 2, 3, 4, 5, 6]
    assert {"namn": "Kyrka åäö", "geometry.x": "14.5", "geometry.y": "59.3"}.items() <= rows[3].cells.items()
    assert not {"tessellate", "icon", "begin"} & rows[0].cells.keys()
    assert len(read(twice, "kml", "EPSG:4326", layer="more")) == 3
    kmz = io.BytesIO()
    with zipfile.ZipFile(kmz, "w") as archive:
        archive.writestr("doc.kml", twice)
        archive.writestr("files/overlay.kml", b"<kml/>")
    assert len(read(kmz.getvalue(), "kml", "EPSG:4326", name="list.kmz")) == 6


@pytest.mark.parametrize("suffix", ["shp", "gpkg", "gml"])
def test_an_area_is_placed_inside_and_tells_its_extent(tmp_path, suffix):
    written(tmp_path, suffix, [SQUARE, shapely.Polygon(), SQUARE], kind="Polygon")
    first, empty, _ = through(tmp_path, suffix)
    x, y, extent = (float(first.cells[f"geometry.{name}"]) for name in ("x", "y", "extent"))
    assert 0 < x < 6
    assert 0 < y < 8
    assert extent == 5
    assert empty.cells.get("geometry.x") == ""
    assert empty.fault is None


def test_shapes_beyond_the_plain_ones_are_placed_or_are_the_fault_of_their_row(tmp_path):
    circle = bytes.fromhex("010a000000" + "01000000" + "0108000000" + "05000000") + struct.pack(
        "<10d", 0, 0, 2, 2, 4, 0, 2, -2, 0, 0
    )
    shapes = [
        shapely.Point(1, 2, 3),
        shapely.MultiPoint([(5, 6)]),
        shapely.MultiPoint([(0, 0), (2, 2)]),
        shapely.Point(math.nan, 1),
        circle,
        shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]),
    ]
    numbers = [str(n) for n in range(len(shapes))]
    written(tmp_path, "gpkg", shapes, kind="Unknown", nr=numbers, namn=numbers)
    rows = through(tmp_path, "gpkg")
    assert [(row.cells["geometry.x"], row.cells["geometry.y"]) for row in rows[:2]] == [
        ("1", "2"),
        ("5", "6"),
    ]
    assert rows[2].cells["geometry.extent"] == f"{math.sqrt(2):.9f}"
    assert rows[3].cells["geometry.x"] == ""
    assert rows[3].fault is IssueCode.POINT_UNREADABLE
    assert rows[4].cells["geometry.type"] == "Polygon"
    flaws = [row.cells.get("geometry.flaw") for row in rows]
    assert flaws == [None] * 5 + ["Self-intersection"]
    assert rows[5].cells["geometry.x"]
    assert 0 < float(rows[4].cells["geometry.x"]) < 4
    assert (rows[5].cells["geometry.x"], rows[5].fault) == ("0.500000000", None)


@pytest.mark.parametrize("suffix", ["shp", "gpkg", "gml"])
def test_another_crs_than_described_is_refused_with_what_to_set(tmp_path, suffix):
    written(tmp_path, suffix)
    with pytest.raises(
        SourceChanged,
        match=r"another CRS .*EPSG:3006, the description EPSG:3021: set record\.point\.crs",
    ):
        through(tmp_path, suffix, crs="EPSG:3021")
    columns = {"point": {"x": "lon", "y": "lat"}}
    assert len(through(tmp_path, suffix, crs="EPSG:4326", record=columns)) == 3


def test_a_shapefile_without_prj_is_taken_at_its_description_and_told(tmp_path, caplog):
    written(tmp_path, "shp")
    rows = read(zipped(tmp_path, ".prj"), "shapefile")
    assert len(rows) == 3
    assert "states no coordinate system; it is taken to be EPSG:3006" in caplog.text


@pytest.mark.parametrize("encoding", ["CP1251", "EUC-KR", "BIG5"])
def test_a_shapefile_without_cpg_is_in_the_encoding_of_the_description(tmp_path, encoding):
    name = {"CP1251": "Церква", "EUC-KR": "불국사", "BIG5": "龍山寺"}[encoding]
    written(tmp_path, "shp", encoding=encoding, nr=["1", "2", "3"], **{name[:3]: [name, name, name]})
    (tmp_path / "sites.cpg").unlink()
    for described in (encoding, encoding.lower().replace("-", "_")):
        rows = read(zipped(tmp_path), "shapefile", encoding=described)
        assert rows[0].cells[name[:3]] == name
    with pytest.raises(SourceChanged, match=r"list\.shapefile.*(set harvest\.encoding|cannot be read)"):
        read(zipped(tmp_path), "shapefile")


def test_a_cpg_that_lies_is_told(tmp_path):
    written(tmp_path, "shp", encoding="ISO-8859-1")
    (tmp_path / "sites.cpg").write_text("UTF-8")
    with pytest.raises(
        SourceChanged, match=r"1 of 3 rows have letters of another one\. Set harvest\.encoding"
    ):
        read(zipped(tmp_path), "shapefile")


def test_utf8_that_is_described_otherwise_is_told(tmp_path):
    written(tmp_path, "shp", encoding="UTF-8")
    (tmp_path / "sites.cpg").unlink()
    with pytest.raises(SourceChanged, match="It reads as UTF-8, not cp1252"):
        read(zipped(tmp_path), "shapefile", encoding="cp1252")


def test_a_few_damaged_letters_are_the_fault_of_their_rows(tmp_path):
    count = 300
    names = ["plain"] * count
    names[7] = "Kyrka"
    written(tmp_path, "shp", [shapely.Point(1, 2)] * count, nr=[f"{n}" for n in range(count)], namn=names)
    dbf = tmp_path / "sites.dbf"
    dbf.write_bytes(dbf.read_bytes().replace(b"Kyrka", b"Kyrk\xe5"))
    rows = read(zipped(tmp_path), "shapefile")
    assert [row.number for row in rows if row.fault is IssueCode.ENCODING_WRONG] == [8]
    assert rows[7].cells["namn"] == "Kyrk\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("suffix", [".shx", ".dbf"])
def test_a_missing_part_of_a_shapefile_is_told(tmp_path, suffix):
    written(tmp_path, "shp")
    with pytest.raises(SourceChanged, match=rf"There is no \{suffix} beside it"):
        read(zipped(tmp_path, suffix), "shapefile")


@pytest.mark.parametrize("suffix", ["shp", "shx", "dbf"])
def test_a_torn_part_of_a_shapefile_is_told(tmp_path, suffix):
    written(tmp_path, "shp")
    part = tmp_path / f"sites.{suffix}"
    part.write_bytes(part.read_bytes()[:-20])
    with pytest.raises(SourceChanged, match=rf"The \.{suffix} has \d+ bytes of \d+"):
        read(zipped(tmp_path), "shapefile")


def test_a_shapefile_on_disk_is_read_with_what_lies_beside_it(tmp_path):
    register = tmp_path / "register"
    register.mkdir()
    written(register, "shp")
    spec = spec_of("shapefile")
    with FileFetcher(register).fetch(loaded(tmp_path), None) as pulled:
        assert len(pulled.files) == 5
        assert sum(len(some.numbers) for some in Reader().rows(spec, pulled.files)) == 3
    assert sorted(path.suffix for path in register.iterdir()) == [".cpg", ".dbf", ".prj", ".shp", ".shx"]


def test_one_of_several_shapefiles_is_named_as_layer(tmp_path):
    written(tmp_path, "shp")
    written(tmp_path, "shp", layer="other", nr=["1", "2", "3"])
    assert len(read(zipped(tmp_path), "shapefile", layer="other")[0].cells) == 5
    with pytest.raises(SourceChanged, match=r"2 files that ends? in \.shp: data/other\.shp, data/sites\.shp"):
        read(zipped(tmp_path), "shapefile")


def layered(path, *names):
    for name in names:
        table = pa.table({"nr": [name], "wkb_geometry": [shapely.to_wkb(POINTS[0])]})
        pyogrio.write_arrow(
            table, path, driver="GPKG", layer=name, geometry_name="wkb_geometry", geometry_type="Point",
            crs="EPSG:3006", append=path.exists(),
        )  # fmt: skip
    return path.read_bytes()


def test_a_layer_is_named_or_the_only_one(tmp_path):
    content = layered(tmp_path / "a.gpkg", "sites", "areas")
    assert read(content, "geopackage", layer="areas")[0].cells["nr"] == "areas"
    with pytest.raises(SourceChanged, match=r"several layers: set harvest\.layer to one of sites, areas"):
        read(content, "geopackage")
    with pytest.raises(SourceChanged, match=r"no layer 'site'; did you mean 'sites'\?"):
        read(content, "geopackage", layer="site")
    with pytest.raises(SourceChanged, match=r"no layer 'xyz'; it has sites, areas\."):
        read(content, "geopackage", layer="xyz")


def test_numbers_dates_and_truth_become_text(tmp_path):
    columns = {
        "nr": ["1", "2", "3"],
        "year": pa.array([1890, None, 12], pa.int64()),
        "height": [1.5, 12.0, math.nan],
        "listed": pa.array(np.array(["1977-03-17", "NaT", "1898-05-17"], "datetime64[D]")),
        "seen": pa.array(np.array(["2020-01-02T03:04:05", "NaT", "NaT"], "datetime64[ms]")),
        "open": [True, False, None],
    }
    written(tmp_path, "gpkg", **columns)
    first, second, third = (row.cells for row in through(tmp_path, "gpkg"))
    assert {"year": "1890", "height": "1.5", "listed": "1977-03-17", "open": "true"}.items() <= first.items()
    assert first["seen"].startswith("2020-01-02T03:04:05")
    assert second["height"] == "12"
    assert "height" not in third
    assert first["feature.id"] == "1"


def test_the_primary_key_has_its_own_name_where_it_is_described(tmp_path):
    written(tmp_path, "gpkg")
    (first, *_) = through(tmp_path, "gpkg", record={"id": "fid"})
    assert first.cells["fid"] == "1"


@pytest.mark.parametrize("suffix", ["shp", "gpkg"])
def test_an_id_that_is_a_fraction_in_the_file_is_refused(tmp_path, suffix):
    written(tmp_path, suffix, nr=[1.0, 2.0, 3.0], namn=["a", "b", "c"])
    with pytest.raises(SourceChanged, match=r"row 1, field nr: The ids end in \.0.*It is the number 1\.0"):
        through(tmp_path, suffix)


def test_gml_with_two_crs_is_refused(tmp_path):
    written(tmp_path, "gml")
    content = (tmp_path / "sites.gml").read_text("utf-8")
    place = content.index("EPSG::3006", content.index("</wkb") if "</wkb" in content else len(content) // 2)
    mixed = content[:place] + "EPSG::3021" + content[place + 10 :]
    with pytest.raises(SourceChanged, match=r"says EPSG:3021, the description EPSG:3006"):
        read(mixed.encode(), "gml")


def test_reading_leaves_nothing_beside_the_file(tmp_path):
    for suffix in ("gml", "gpkg"):
        place = tmp_path / suffix
        place.mkdir()
        path = written(place, suffix)
        alone = place / "alone"
        alone.mkdir()
        file = alone / path.name
        file.write_bytes(path.read_bytes())
        spec = spec_of(PROTOCOLS[suffix])
        with FileFetcher(file).fetch(loaded(tmp_path), None) as pulled:
            list(Reader().rows(spec, pulled.files))
        assert [one.name for one in alone.iterdir()] == [path.name]


VRT = (
    "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>"
    "</OGRVRTDataSource>"
)
BOMB = '<!DOCTYPE kml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><kml><name>&b;</name></kml>'


@pytest.mark.parametrize(
    ("protocol", "content", "said"),
    [
        ("shapefile", b"<html>Login</html>", "It is an HTML page"),
        ("shapefile", b"nr,namn\n", "It is no shapefile"),
        ("geopackage", b"{}", "It is no GeoPackage"),
        ("geopackage", b"", "It is empty"),
        ("geopackage", b"SQLite format 3\0" + bytes(4080), "cannot be read as geopackage"),
        ("kml", b"<html>Login</html>", "It is an HTML page"),
        ("kml", VRT.encode(), "root element is OGRVRTDataSource, not kml"),
        ("kml", b"<gpx/>", "root element is gpx, not kml"),
        ("kml", b"<kml><Placemark>", "The file ends in the middle"),
        ("kml", b"", "no rows"),
        ("kml", BOMB.encode(), "declares entities"),
        ("gml", VRT.encode(), "there is nothing of GML in it"),
        ("gml", BOMB.replace("kml", "gml").encode(), "declares entities"),
        ("gml", b"nr,namn\n", "The XML breaks"),
    ],
)
def test_what_is_another_thing_is_told(protocol, content, said):
    with pytest.raises(SourceChanged, match=said):
        read(content, protocol)


def test_a_torn_geopackage_is_told(tmp_path):
    content = layered(tmp_path / "a.gpkg", "sites")
    with pytest.raises(SourceChanged, match="ends in the middle"):
        read(content[:-5000], "geopackage")


def test_an_sqlite_database_that_is_no_geopackage_is_told(tmp_path):
    with sqlite3.connect(tmp_path / "a.db") as database:
        database.execute("create table sites (nr text)")
    with pytest.raises(SourceChanged, match=r"list\.geopackage: "):
        read(Path(tmp_path / "a.db").read_bytes(), "geopackage")


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "crs", "rows", "identifier"),
    [
        ("Historic_Landmarks", "EPSG:3857", 738, "255"),
        ("wv_nrhp_points_utm83", "EPSG:26917", 661, "79003306"),
        ("az_mnmnts", "EPSG:26712", 5, "AZA-31344"),
    ],
)
def test_shapefiles_of_states_are_read(shared_data, caplog, name, crs, rows, identifier):
    caplog.set_level(logging.WARNING)
    columns = {
        "Historic_Landmarks": "LANDMARKID",
        "wv_nrhp_points_utm83": "REFNUM",
        "az_mnmnts": "NM_CASEFIL",
    }
    path = shared_data / "registers" / "us" / "shp" / f"{name}.shp"
    spec = spec_of("shapefile", crs, {"id": columns[name]})
    with FileFetcher(path).fetch(loaded_nowhere(spec), None) as pulled:
        read_rows = [row for some in Reader().rows(spec, pulled.files) for row in some.each()]
    assert len(read_rows) == rows
    assert read_rows[0].cells[columns[name]] == identifier
    assert all(float(row.cells["geometry.x"]) for row in read_rows)
    assert not caplog.records


def loaded_nowhere(spec):
    """What a fetcher of files asks for, which is nothing but the id."""
    from heritage.spec.loader import LoadedSpec

    return LoadedSpec(spec, Path("demo.yaml"))
