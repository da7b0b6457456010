"""Real registers as published, whole, with their real faults: a description is all they need."""

import json

import pytest

from heritage.adapters.harvest import FileFetcher
from heritage.errors import SnapshotStopped, SourceChanged
from heritage.spec.loader import load_spec
from register_examples import ROOT, Way, loaded
from shared_registers import INDIA, TOKYO

pytestmark = pytest.mark.shared_data

FRANCE = {
    "kind": "glam",
    "harvest": {"url": "https://example.org/museofile.csv", "delimiter": ";"},
    "record": {
        "id": "Identifiant",
        "name": {"fr": "Nom_officiel"},
        "point": {"pair": "Coordonnees"},
        "type": "Categorie",
        "municipality": "Ville",
        "address": "Adresse",
    },
    "ignore": [
        *(
            "Lieu",
            "Code_postal",
            "Departement",
            "Région",
            "URL",
            "Telephone",
            "Domaine_thematique",
            "Histoire",
        ),
        *("Atout", "Thèmes", "Artiste", "Personnage_phare", "Intérêt", "Protection_batiment"),
        *("Protection_espace", "Refmer", "Annee_creation", "Date_de_mise_a_jour"),
    ],
    "personal": [],
    "item": {"country": "Q142", "class": "Q33506", "classes": {}},
    "checks": {"rows": [1100, 1400], "fill": {"name": 0.99, "point": 0.9}},
}
ALABAMA = {
    "harvest": {"url": "https://example.org/alabama.geojson", "protocol": "geojson"},
    "record": {
        "id": "GlobalID",
        "name": {"en": "Prop_Name"},
        "point": {"x": "geometry.x", "y": "geometry.y", "crs": "EPSG:3857"},
        "municipality": "City",
        "address": "Str_Add",
        "type": None,
    },
    "ignore": [],
    "personal": ["Recorder", "Creator", "Editor"],
    "item": {"country": "Q30", "classes": {}},
    "checks": {"rows": [1000, 2000], "fill": {"name": 0.9, "point": 0.9}},
}


def run(tmp_path, path, description, approved=True):
    way = Way.over_http(tmp_path)
    way.fetcher = FileFetcher(path)
    spec = loaded(tmp_path, **description)
    snapshot = way.harvest(spec)
    mapped = way.map(spec, snapshot)
    return way, spec, snapshot, mapped


def test_india_stops_an_engineer_over_its_duplicate_ids(tmp_path, shared_data):
    way, spec, snapshot, mapped = run(tmp_path, shared_data / "registers/in/asi-monuments.csv", INDIA)
    assert mapped.records + mapped.rejected == 4226
    assert mapped.reasons["id-missing"] == 78
    assert mapped.reasons["id-duplicate"] > 200
    assert mapped.notes["point-shared"] == 51
    with pytest.raises(SnapshotStopped, match="not used until an engineer approves it"):
        way.check(spec, snapshot)
    assert way.check(spec, snapshot, approved=True).first_good


@pytest.mark.parametrize(
    ("name", "delimiter"), [("museofile-semicolon-bom.csv", ";"), ("museofile-comma.csv", ",")]
)
def test_france_is_the_same_list_in_both_serialisations(tmp_path, shared_data, name, delimiter):
    description = {**FRANCE, "harvest": {**FRANCE["harvest"], "delimiter": delimiter}}
    way, spec, snapshot, mapped = run(tmp_path, shared_data / "registers/fr" / name, description)
    assert (mapped.records, mapped.rejected) == (1228, 0)
    assert way.check(spec, snapshot).first_good
    records = way.store.read_table("se_demo", snapshot, "records").to_pylist()
    assert "M0003" in {r["record_id"] for r in records}
    assert sum(r["lat"] is not None for r in records) > 1100


def test_tokyo_is_read_in_its_own_encoding_and_in_no_other(tmp_path, shared_data):
    path = shared_data / "registers/jp/13Tokyo_totalcoordSJS.csv"
    way, spec, snapshot, mapped = run(tmp_path, path, TOKYO)
    assert mapped.records == 2626
    assert "江戸城跡" in way.store.read_table("se_demo", snapshot, "records")["name"].to_pylist()
    way.check(spec, snapshot, approved=True)
    utf8 = {**TOKYO, "harvest": {**TOKYO["harvest"], "encoding": "utf-8"}}
    with pytest.raises(SourceChanged, match=r"Byte \d+ in line 1 is not utf-8; it looks like cp932"):
        run(tmp_path / "utf8", path, utf8)


def test_alabama_lies_in_its_own_projection(tmp_path, shared_data):
    path = shared_data / "registers/us/Alabama_Register_of_Landmarks_and_Heritage.geojson"
    way, spec, snapshot, mapped = run(tmp_path, path, ALABAMA)
    assert mapped.records + mapped.rejected == 1601
    points = way.store.read_table("se_demo", snapshot, "records", ["lat", "lon"]).to_pandas().dropna()
    assert points["lat"].between(30, 35.1).mean() > 0.99
    way.check(spec, snapshot, approved=True)
    degrees = {**ALABAMA, "record": {**ALABAMA["record"], "point": {"x": "geometry.x", "y": "geometry.y"}}}
    with pytest.raises(SourceChanged, match=r"set record\.point\.crs"):
        run(tmp_path / "degrees", path, degrees)


def test_the_world_heritage_list_needs_no_other_description_than_the_bundled_one(tmp_path, shared_data):
    way = Way.over_http(tmp_path)
    way.fetcher = FileFetcher(shared_data / "registers/world/unesco-whc-sites-2019.csv")
    spec = load_spec(ROOT / "datasets" / "_world" / "world_whc" / "world_whc.yaml")
    snapshot = way.harvest(spec)
    mapped = way.map(spec, snapshot)
    assert (mapped.records, mapped.rejected) == (1121, 0)
    assert way.check(spec, snapshot, approved=True).severity == "ask", "nobody confirmed this address"
    danger = [
        json.loads(row)["danger_list"]
        for row in way.store.read_table("world_whc", snapshot, "records")["source_row"].to_pylist()
    ]
    assert sum(text.startswith("Y") for text in danger) == 53


def test_a_pointer_instead_of_a_register_is_told(tmp_path, shared_data):
    with pytest.raises(SourceChanged, match="Git LFS pointer"):
        run(tmp_path, shared_data / "registers/lfs_pointer.csv", INDIA)
