"""Data of living people: told where it is not dropped, and dropped everywhere but in the capture."""

import json

import pyarrow as pa
import pytest

from heritage.adapters.files import FileStore
from heritage.adapters.harvest import FileFetcher
from heritage.mapping import map_rows
from heritage.quality import personal_columns
from heritage.wiring.settings import Settings
from heritage.wiring.sources import check_source
from register_examples import ROOT, Way, csv_bytes, good_rows, loaded, source_rows, thresholds, words, world

HEADER = ["nr", "namn", "lon", "lat", "sort", "note", "owner"]


def noted(spec, rows, header=HEADER):
    mapped = map_rows(spec.spec, source_rows(rows, header), world(), thresholds().places)
    return {issue.field: str(issue) for issue in personal_columns(spec.spec, mapped.columns, words())}


HEADERS = ["owner_name", "tenant", "resident", "FINDER", "contactPerson", "e-mail", "Telefon", "Eigentümer"]
HEADERS += [
    "propriétaire",
    "hyresgäst",
    "vlastník",
    "omistaja",
    "właściciel",
    "власник",
    "ιδιοκτήτης",
    "所有者",
]
HEADERS += ["소유자", "مالك"]


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_gives_a_personal_column_away(tmp_path, header):
    spec = loaded(tmp_path, ignore=["note", header], personal=[])
    rows = [[*row[:6], "x"] for row in good_rows()]
    told = noted(spec, rows, [*HEADER[:6], header])
    assert list(told) == [header]
    assert "its header says" in told[header].lower()
    assert (
        noted(loaded(tmp_path / "p", ignore=["note"], personal=[header]), rows, [*HEADER[:6], header]) == {}
    )


@pytest.mark.parametrize(
    ("text", "personal"),
    [
        ("Ask Anna, anna.a@example.org", True),
        ("+46 (0)8 123 45 67", True),
        ("Tel. 030 1234567", True),
        ("0046812345678", True),
        ("01/02/2020", False),
        ("SE-0017", False),
        ("1890-1895", False),
        ("59.33258, 18.0649", False),
        ("church", False),
        ("20201231", False),
    ],
)
def test_cells_give_a_personal_column_away(tmp_path, text, personal):
    rows = [[*row[:5], text, row[6]] for row in good_rows()]
    told = noted(loaded(tmp_path), rows)
    assert list(told) == (["note"] if personal else [])
    assert text not in str(told)  # what looks like a person is not told either


@pytest.mark.parametrize("header", ["owner_type", "Ownership", "OwnerCategory", "ownership_class"])
def test_a_class_of_owners_is_nobody(tmp_path, header):
    spec = loaded(tmp_path, ignore=["note", header], personal=[])
    assert noted(spec, [[*row[:6], "state"] for row in good_rows()], [*HEADER[:6], header]) == {}


def test_case_15_owner_and_phone_are_in_no_stored_table_and_the_class_of_ownership_is_kept(tmp_path):
    header = [*HEADER, "phone", "ownership"]
    rows = [[*row[:6], "Agneta Äng", "+46 8 123 45 67", "private"] for row in good_rows()]
    rows[3][0] = rows[4][0]  # rejected rows are kept too
    rows[5][2] = "not a number"
    (tmp_path / "list.csv").write_bytes(csv_bytes(rows, header))
    spec = loaded(tmp_path / "d", ignore=["note", "ownership"], personal=["owner", "phone"])
    way = Way(FileStore(str(tmp_path / "data")), FileFetcher(tmp_path / "list.csv"))
    snapshot = way.harvest(spec)
    way.map(spec, snapshot)
    folder = tmp_path / "data" / "se_demo" / snapshot
    stored = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "capture"]
    assert {path.stem for path in stored} >= {"records", "rejected", "notes", "columns", "terms", "changes"}
    for path in stored:
        told = str(pa.parquet.read_table(path).to_pylist()) if path.suffix == ".parquet" else path.read_text()
        for secret in ("Agneta", "Äng", "123 45 67", "1234567"):
            assert secret not in told, path.name
    row = json.loads(way.store.read_table("se_demo", snapshot, "records")["source_row"][0].as_py())
    assert row["ownership"] == "private"
    assert not {"owner", "phone"} & row.keys()
    assert b"Agneta" in (folder / "capture" / "list.csv").read_text().encode()


def test_the_map_step_and_the_check_of_a_description_warn(tmp_path):
    header = [*HEADER[:6], "mieter"]
    (tmp_path / "list.csv").write_bytes(csv_bytes(good_rows(), header))
    spec = loaded(tmp_path / "d", ignore=["note", "mieter"], personal=[])
    way = Way(FileStore(str(tmp_path / "data")), FileFetcher(tmp_path / "list.csv"))
    assert way.map(spec, way.harvest(spec)).notes["column-personal"] == 1

    samples = spec.folder / "samples"
    samples.mkdir()
    (samples / "list.csv").write_bytes(csv_bytes(good_rows(), header))
    settings = Settings(datasets=ROOT / "datasets", data_url=str(tmp_path / "none"))
    told = check_source(spec.path, settings, write_expected=True).notes
    assert any("field mieter" in note and "List it there" in note for note in told)
    assert not any("Anna" in note for note in told)
    extract = loaded(tmp_path / "d", sample="extract", ignore=["note"], personal=["mieter"])
    told = check_source(extract.path, settings, write_expected=True).notes
    assert [note for note in told if "mieter" in note] == [
        "the sample fills the personal column mieter: put `made up 1`, `made up 2` … there"
    ]
