"""The maintainer's way: draft, check, preview, catalogue; on files with faults, and on real registers."""

import json
import re
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from heritage.cli import app
from heritage.spec.loader import LoadedSpec, load_spec
from register_examples import csv_bytes, good_rows, publisher

EDITED = {
    "publisher": "publisher: {name: Board of monuments}",
    "licence": "licence: {id: CC0-1.0, evidence: https://example.org/licence}",
    "unverified": "",
    "identifier": "  identifier: P1260",
    "harvest": None,  # the address is the one that the test serves
}


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def drafted(answer):
    assert answer.exit_code == 0, answer.output
    return load_spec(Path(re.search(r"Drafted (\S+)", answer.output)[1]))


def test_a_draft_finds_what_a_person_would(here):
    (here / "churches.csv").write_bytes(csv_bytes(good_rows()))
    loaded = drafted(run("source", "new", here / "churches.csv"))
    assert isinstance(loaded, LoadedSpec)
    record = loaded.spec.record
    assert record.id.column == "nr"
    assert [(lang, cell.column) for lang, cell in record.names()] == [("sv", "namn")]
    assert (record.point.x, record.point.y, record.point.crs) == ("lon", "lat", "EPSG:4326")
    assert loaded.spec.item.country == "Q34"
    assert loaded.spec.personal == ["owner"]
    assert loaded.path.parent.parent.name == "se"
    assert loaded.spec.unverified


def test_a_draft_is_checked_and_previewed_as_it_stands(here):
    (here / "churches.csv").write_bytes(csv_bytes(good_rows()))
    path = drafted(run("source", "new", here / "churches.csv")).path
    checked = run("source", "check", path)
    assert checked.exit_code == 0, checked.output
    assert "valid; its extract sample maps to 12 records, 0 rejected" in checked.output
    assert "note: unverified" in checked.output
    assert "no identifier is named" in checked.output
    assert "no new ones are made" in checked.output
    page = here / "preview.html"
    seen = run("source", "preview", path, "--html", page)
    assert seen.exit_code == 0, seen.output
    assert "Kyrka åäö 1" in seen.output
    assert "Anna A" not in seen.output + page.read_text(encoding="utf-8"), "a personal column is shown"
    assert "<svg" in page.read_text(encoding="utf-8")


def test_a_draft_names_no_property_and_says_where_it_goes(here):
    (here / "churches.csv").write_bytes(csv_bytes(good_rows()))
    answer = run("source", "new", here / "churches.csv")
    loaded = drafted(answer)
    assert loaded.spec.item.identifier is None
    assert "  identifier" in answer.output.split("Lines that wait for you:")[1]
    text = loaded.path.read_text(encoding="utf-8")
    loaded.path.write_text(text.replace("# identifier: P…", "identifier: P1260"), encoding="utf-8")
    assert load_spec(loaded.path).spec.item.identifier == "P1260"


def test_a_placeholder_of_the_identifier_is_told(here):
    (here / "churches.csv").write_bytes(csv_bytes(good_rows()))
    path = drafted(run("source", "new", here / "churches.csv")).path
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("# identifier: P…", "identifier: P9999999"), encoding="utf-8")
    output = run("source", "check", path).output
    assert "put the property that holds this register's ids, or drop the line" in output
    assert re.search(r"note: line \d+, item.identifier: P9999999", output)


@pytest.mark.parametrize(
    ("country", "id_", "name", "address", "municipality", "owner"),
    [
        ("sk", "číslo", "Názov", "Adresa", "Obec", "Vlastník"),
        ("cz", "číslo", "Název památky", "Adresa", "Okres", "Majitel"),
        ("hu", "azonosító", "megnevezés", "cím", "település", "tulajdonos"),
        ("ro", "Cod", "Denumire", "Adresa", "Localitate", "Proprietar"),
        ("bg", "номер", "Наименование", "Адрес", "Община", "Собственик"),
        ("hr", "broj", "Naziv", "Adresa", "Općina", "Vlasnik"),
        ("lt", "kodas", "Pavadinimas", "Adresas", "Savivaldybė", "Savininkas"),
        ("lv", "numurs", "Nosaukums", "Adrese", "Novads", "Īpašnieks"),
        ("fi", "tunnus", "Nimi", "Osoite", "Kunta", "Omistaja"),
        ("gr", "κωδικός", "Ονομασία", "Διεύθυνση", "Δήμος", "Ιδιοκτήτης"),
        ("pt", "código", "Designação", "Morada", "Concelho", "Proprietário"),
    ],
)
def test_the_column_of_the_name_is_found_in_its_language(
    here, country, id_, name, address, municipality, owner
):
    rows = [
        [f"A-{n}", f"Hlavná {n}", "" if n % 3 == 0 else f"Kostol {n % 7}", f"Mesto {n % 4}", "Anna A"]
        for n in range(1, 40)
    ]
    (here / "list.csv").write_bytes(csv_bytes(rows, [id_, address, name, municipality, owner]))
    loaded = drafted(run("source", "new", here / "list.csv", "--country", country))
    record = loaded.spec.record
    assert [cell.column for _, cell in record.names()] == [name]
    assert (record.id.column, record.address.column) == (id_, address)
    assert (record.municipality.column, loaded.spec.personal) == (municipality, [owner])


def test_ids_that_became_fractions_are_told(here):
    rows = [[f"{100000 + 7 * n}.0", f"Kyrka {n}", f"K{n * 3}"] for n in range(1, 40)]
    (here / "list.csv").write_bytes(csv_bytes(rows, ["id", "namn", "mark"]))
    answer = run("source", "new", here / "list.csv", "--country", "se")
    assert drafted(answer).spec.record.id.column == "mark"
    assert "id holds ids as numbers with a fraction (100007.0)" in answer.output
    (here / "alone.csv").write_bytes(csv_bytes([[row[0], "x"] for row in rows], ["id", "namn"]))
    answer = run("source", "new", here / "alone.csv", "--country", "se")
    assert answer.exit_code == 1
    assert "no column can be the id: id holds ids as numbers with a fraction (100007.0)" in answer.output


def test_a_name_that_may_be_an_address_waits_for_a_person(here):
    rows = [[f"A-{n}", f"Hlavná {n}", "kostol"] for n in range(1, 40)]
    (here / "list.csv").write_bytes(csv_bytes(rows, ["číslo", "Adresa", "popis"]))
    answer = run("source", "new", here / "list.csv", "--country", "sk")
    assert [cell.column for _, cell in drafted(answer).spec.record.names()] == ["Adresa"]
    assert "\n  name\n" in answer.output
    assert "edit: it may be an address" in drafted(answer).path.read_text(encoding="utf-8")


PEOPLE = [
    {"nr": str(n), "namn": f"Kyrka åäö {n}", "owner": {"name": "Anna A", "tel": ["+46 70 123 45 67"]}}
    for n in range(5, 25)
]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.csv", csv_bytes(good_rows())),
        ("list.json", json.dumps({"a": {"rows": PEOPLE}}).encode()),
        ("list.jsonl", "\n".join(json.dumps(row) for row in PEOPLE).encode()),
        (
            "list.geojson",
            json.dumps(
                {
                    "type": "FeatureCollection",
                    "features": [
                        {
                            "type": "Feature",
                            "properties": {"nr": f"A{n}", "namn": f"Kyrka {n}", "owner": "Anna A"},
                            "geometry": {"type": "Point", "coordinates": [14 + n / 90, 56 + n / 9]},
                        }
                        for n in range(5, 25)
                    ],
                }
            ).encode(),
        ),
    ],
)
def test_the_sample_of_a_draft_names_nobody(here, name, content):
    (here / name).write_bytes(content)
    answer = run("source", "new", here / name, "--country", "se")
    loaded = drafted(answer)
    assert loaded.spec.personal
    sample = (loaded.path.parent / "samples" / name).read_text(encoding="utf-8")
    assert "made up 12" in sample
    assert not {"Anna A", "123 45 67"} & set(re.findall("Anna A|123 45 67", sample))
    assert "Kyrka" in sample
    assert "personal column" not in answer.output + run("source", "check", loaded.path).output


def test_a_draft_never_writes_over_a_description(here):
    (here / "churches.csv").write_bytes(csv_bytes(good_rows()))
    path = drafted(run("source", "new", here / "churches.csv")).path
    path.write_text("mine", encoding="utf-8")
    again = run("source", "new", here / "churches.csv")
    assert again.exit_code == 1
    assert "is there already" in again.output
    assert path.read_text(encoding="utf-8") == "mine"


def test_the_crs_is_the_one_that_puts_the_points_into_the_country(here):
    rows = [[f"{n}", f"Church {n}", str(400000 + 1000 * n), str(300000 + 700 * n)] for n in range(1, 40)]
    (here / "list.csv").write_bytes(csv_bytes(rows, ["Ref", "Name", "Easting", "Northing"]))
    loaded = drafted(run("source", "new", here / "list.csv", "--country", "gb"))
    assert loaded.spec.record.point.crs == "EPSG:27700"


def test_coordinates_are_those_of_one_row(here):
    rows = [
        [f"A{n}", f"Kyrka {n}", "" if n < 9 else f"{14 + n / 90:.4f}", f"{56 + n / 9:.4f}"]
        for n in range(1, 60)
    ]
    (here / "list.csv").write_bytes(csv_bytes(rows, ["nr", "namn", "lon", "lat"]))
    loaded = drafted(run("source", "new", here / "list.csv"))
    assert (loaded.spec.item.country, loaded.spec.record.point.x) == ("Q34", "lon")


def test_swapped_columns_and_pairs_are_put_right(here):
    rows = [[f"A{n}", f"Kirche {n}", f"{13 + n / 100:.4f}, {52 + n / 100:.4f}"] for n in range(1, 40)]
    content = ["id;name;koordinaten", *(";".join(row) for row in rows)]
    (here / "liste.csv").write_text("\n".join(content) + "\n", encoding="utf-8")
    point = drafted(run("source", "new", here / "liste.csv", "--country", "de")).spec.record.point
    assert (point.pair, point.order) == ("koordinaten", "lon_lat")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "it is empty"),
        ("page.csv", b"<!doctype html><html><body>Log in</body></html>", "an HTML page"),
        ("pointer.csv", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS pointer"),
        ("list.pdf", b"%PDF-1.7 ...", "a PDF document"),
        ("words.txt", b"only words\nwithout columns\n", "text without columns"),
        ("list.json", b'{"total": 3, "page": 1}', "JSON without a list of objects"),
        ("torn.json", b'[{"a": 1}, {"a"', "JSON that cannot be read"),
        ("bad.zip", b"PK\x03\x04rubbish", "a damaged ZIP archive"),
        ("noid.csv", b"a,b\nx,y\nx,y\n", "no column can be the id"),
        ("commas.csv", b",,,,\n,,,,\n", "text without columns"),
        ("map.gpkg", b"SQLite format 3\0" + b"x" * 3000, "ends in the middle"),
        (
            "map.shp",
            b"\0\0\x27\x0a" + b"x" * 3000,
            "map.dbf (the columns, with id and name) do not lie",
        ),
        ("map.kml", b"<kml/>", "cannot be read as kml"),
        ("map.json", b'{"type": "FeatureCollection", "features": 5}', "not a GeoJSON FeatureCollection"),
        ("keys.json", b'{"a b": [{"id": "1"}], "": [{"id": "1"}]}', "JSON without a list of objects"),
        ("wide.json", '[{"a": 1}]'.encode("utf-16"), "text without columns"),
    ],
)
def test_what_is_no_register_is_told_in_a_sentence(here, name, content, says):
    (here / name).write_bytes(content)
    answer = run("source", "new", here / name)
    assert answer.exit_code == 1
    assert says in answer.output
    assert "Traceback" not in answer.output
    assert len(answer.output.strip().splitlines()) == 1


@pytest.mark.parametrize("name", ["../churches", "se_../../churches", "SE_churches", "se churches", ""])
def test_an_id_that_is_none_is_told_and_nothing_is_written(here, name):
    (here / "churches.csv").write_bytes(csv_bytes(good_rows()))
    answer = run("source", "new", here / "churches.csv", "--id", name or "x")
    assert (answer.exit_code, "is no id" in answer.output) == (1, True)
    assert [path.name for path in (here / "datasets").iterdir()] == ["_vocabularies"]


@pytest.mark.parametrize("address", ["http://[", "http://[::1", "http://", "http://example.invalid/a b"])
def test_an_address_that_is_none_is_told(here, address):
    answer = run("source", "new", address)
    assert (answer.exit_code, len(answer.output.strip().splitlines())) == (1, 1)
    assert "error: " in answer.output


def test_files_whose_names_mean_something_elsewhere_are_drafted(here):
    with zipfile.ZipFile(here / 'list "a"\n: b#.zip', "w") as archive:
        archive.writestr("a[1].csv", csv_bytes(good_rows()))
        archive.writestr("b.csv", csv_bytes(good_rows()))
    answer = run("source", "new", here / 'list "a"\n: b#.zip', "--id", "se_churches")
    assert answer.exit_code == 0, answer.output
    loaded = load_spec(here / "datasets" / "se" / "se_churches" / "se_churches.yaml")
    assert isinstance(loaded, LoadedSpec), str(loaded)
    assert loaded.spec.harvest.member == "a[[]1].csv"


@pytest.mark.parametrize("secret", ["?api_key=s3cr3t", "?token=s3cr3t"])
def test_an_address_with_a_secret_is_refused_without_telling_it(here, secret):
    answer = run("source", "new", f"http://127.0.0.1:9/list.csv{secret}")
    assert answer.exit_code == 1
    assert "has a password, key or token in it" in answer.output
    assert "s3cr3t" not in answer.output
    assert not list((here / "datasets").glob("??"))


def test_a_missing_file_and_an_unknown_country_are_told(here):
    assert "there is no such file" in run("source", "new", here / "nothing.csv").output
    (here / "churches.csv").write_bytes(csv_bytes(good_rows()))
    assert "'zz' is no country" in run("source", "new", here / "churches.csv", "--country", "zz").output


def test_an_address_is_asked_with_our_name_and_drafted(here):
    with publisher() as server:
        server.body = csv_bytes(good_rows())
        loaded = drafted(run("source", "new", f"{server.url}/export/churches.csv"))
        assert "HeritageGuard/" in server.asked[0][1]["User-Agent"]
    assert loaded.spec.harvest.url.endswith("/export/churches.csv")


def test_a_table_in_a_zip_is_found(here):
    with zipfile.ZipFile(here / "list.zip", "w") as archive:
        archive.writestr("readme.md", "words")
        archive.writestr("data/list.csv", csv_bytes(good_rows()))
    loaded = drafted(run("source", "new", here / "list.zip"))
    assert loaded.spec.harvest.protocol == "csv"
    assert loaded.spec.record.id.column == "nr"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("kind: monument", "kind: monumant"), "line 5, kind"),
        (("record:", "recrod:"), "unknown key, did you mean 'record'"),
        (("protocol: csv", "protocol: cvs"), "harvest"),
        (("  name:", "  nmae:"), "did you mean 'name'"),
        (("id: nr", "id: nummer"), "A column that the description maps is not in the file"),
    ],
)
def test_a_check_tells_the_line_and_what_was_meant(here, change, says):
    (here / "churches.csv").write_bytes(csv_bytes(good_rows()))
    path = drafted(run("source", "new", here / "churches.csv")).path
    path.write_text(path.read_text(encoding="utf-8").replace(*change, 1), encoding="utf-8")
    answer = run("source", "check", path)
    assert answer.exit_code == 1
    assert says in answer.output


def test_a_sample_that_maps_to_something_else_is_told_with_the_line(here):
    (here / "churches.csv").write_bytes(csv_bytes(good_rows()))
    path = drafted(run("source", "new", here / "churches.csv")).path
    sample = path.parent / "samples" / "churches.csv"
    sample.write_text(sample.read_text(encoding="utf-8").replace("Kyrka åäö 2", "Kapell 2"), encoding="utf-8")
    assert "expected.jsonl, line 2" in run("source", "check", path).output
    assert run("source", "check", path, "--write-expected").exit_code == 0
    assert run("source", "check", path).exit_code == 0


def test_the_catalogue_tells_what_is_not_confirmed_and_what_is_broken(here):
    (here / "churches.csv").write_bytes(csv_bytes(good_rows()))
    drafted(run("source", "new", here / "churches.csv"))
    broken = here / "datasets" / "se" / "se_broken"
    broken.mkdir(parents=True)
    (broken / "se_broken.yaml").write_text("a: [", encoding="utf-8")
    answer = run("catalogue")
    assert "se_churches: Drafted by machine" in answer.output
    assert "se_broken: " in answer.output
    assert "2 registers of 1 countries: 1 unverified, 1 broken." in answer.output
    listed = json.loads(run("catalogue", "--as", "schema-org").output)
    assert [one["identifier"] for one in listed["dataset"]] == ["se_churches"]


REAL = [
    "ba/bosnia_City_of_Sarajevo.csv", "ba/bosnia_Jajce.csv", "ba/bosnia_Mostar.csv",
    "by/heritage-sample-with-items.csv", "fr/museofile-comma.csv", "fr/museofile-semicolon-bom.csv",
    "gb/newcastle-listed-buildings.csv", "ie/og_sites.csv", "ie/og_stones.csv", "in/asi-monuments.csv",
    "ir/eamena-caravanserais.geojson", "jp/13Tokyo_total.csv", "jp/13Tokyo_totalcoordSJS.csv",
    "nl/rijksmonumenten-earthquake.csv", "se/nature-reserves.csv",
    "us/Alabama_Register_of_Landmarks_and_Heritage.geojson", "us/shp/Historic_Landmarks.shp",
    "us/shp/az_mnmnts.shp", "us/shp/wv_nrhp_points_utm83.shp", "world/unesco-whc-sites-2019.csv",
]  # fmt: skip


@pytest.mark.shared_data
@pytest.mark.parametrize("name", REAL)
def test_a_draft_of_a_real_register_runs_with_five_lines_edited(here, shared_data, name):
    source = shared_data / "registers" / name
    path = drafted(run("source", "new", source)).path
    before = path.read_text(encoding="utf-8").splitlines()
    after = []
    for line in before:
        key = line.split(":")[0].strip(" #")
        edit = "# edit" in line and EDITED.get(key)
        after += [edit] if edit else [] if "# edit" in line and edit == "" else [line]
    changed = sum("# edit" in line for line in before)
    assert 0 < changed <= 5
    path.write_text("\n".join(after) + "\n", encoding="utf-8")
    answer = run("run", path, "--from", source, "--until", "map")
    assert answer.exit_code == 0, answer.output
    snapshot = next((here / "data" / path.stem).glob("*/records.parquet"))
    records = pq.read_table(snapshot).num_rows
    rejected = pq.read_table(snapshot.with_name("rejected.parquet")).num_rows
    assert records > 0.8 * (records + rejected), answer.output


def test_x_is_the_northing_where_the_national_grid_says_so(here):
    rows = [
        [f"{n:06}", f"Most {n}", f"{500000 + 3000 * n},5", f"{350000 + 2500 * n},5"] for n in range(1, 60)
    ]
    content = ["NR;NAZWA;X_1992;Y_1992", *(";".join(row) for row in rows)]
    (here / "mosty.csv").write_text("\n".join(content) + "\n", encoding="utf-8")
    loaded = drafted(run("source", "new", here / "mosty.csv", "--country", "pl"))
    point = loaded.spec.record.point
    assert (point.x, point.y, point.crs) == ("Y_1992", "X_1992", "EPSG:2180")
    assert "with x and y exchanged" in loaded.path.read_text(encoding="utf-8")


def test_a_preview_of_an_at_risk_register_tells_what_it_says_and_shows_none_of_its_rows(here, repository):
    path = repository / "datasets" / "_world" / "world_whc_danger" / "world_whc_danger.yaml"
    page = here / "preview.html"
    seen = run("source", "preview", path, "--html", page)
    assert seen.exit_code == 0, seen.output
    assert re.search(r"It says of others' records: \d+ at risk", seen.output), seen.output
    told = page.read_text(encoding="utf-8")
    assert "at risk</li>" in told
    assert "<svg" not in told
