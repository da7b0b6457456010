"""What the catalogue as a whole owes: the whole world, every kind, short descriptions without code."""

import statistics

import yaml

from heritage.spec.harvest import PROTOCOLS
from heritage.spec.loader import load_specs
from register_examples import ROOT, VOCABULARIES

SPECS, _ = load_specs(ROOT / "datasets")
COUNTRIES = {loaded.folder.parent.name for loaded in SPECS} - {"_world"}
CONTINENTS = {
    "Africa": "cm eg gh ke ng sn tn tz ug za",
    "Antarctica": "aq",
    "Asia": "am ge il in ir jp kr np ph th tr tw",
    "Europe": "at be by ch cz de dk ee es fi fr gb ie it nl no pl pt ro rs se ua",
    "North America": "ca cu mx pa us",
    "Oceania": "au nz",
    "South America": "ar bo br cl co pe uy ve",
}
NETWORK = {"se", "pl", "ua", "ge"}
LARGE = {"gb", "fr", "nl", "de", "it", "es", "us", "jp", "in", "br"}


def test_the_whole_world_is_in_it():
    assert len(SPECS) >= 45
    assert len(COUNTRIES) >= 30
    for continent, codes in CONTINENTS.items():
        assert set(codes.split()) & COUNTRIES, f"no register of {continent}"
    assert NETWORK | LARGE <= COUNTRIES


def test_every_kind_is_in_it():
    kinds = [loaded.spec.kind for loaded in SPECS]
    assert kinds.count("glam") >= 12
    assert min(kinds.count(kind) for kind in ("monument", "site", "natural")) >= 5


def test_descriptions_are_short_and_without_code():
    lines = [len(loaded.path.read_text(encoding="utf-8").splitlines()) for loaded in SPECS]
    assert statistics.median(lines) <= 30
    with_code = [loaded for loaded in SPECS if any(loaded.folder.glob("*.py"))]
    assert len(with_code) * 10 < len(SPECS)


def test_every_protocol_can_be_pulled_and_read():
    from importlib import import_module

    for name, model in PROTOCOLS.items():
        pulled_by = "file" if "file_name" in dir(model) else name
        assert import_module(f"heritage.adapters.harvest.protocols.{pulled_by}").pull
    for loaded in SPECS:
        harvest = loaded.spec.harvest
        assert import_module(f"heritage.adapters.harvest.formats.{harvest.format}").rows


def test_every_protocol_has_a_register():
    assert set(PROTOCOLS) == {loaded.spec.harvest.protocol for loaded in SPECS}


def test_nothing_that_asks_for_something_in_return_goes_to_wikidata_without_a_decision():
    terms = yaml.safe_load((VOCABULARIES / "licences.yaml").read_text(encoding="utf-8"))["terms"]
    asks = ("attribution", "share_alike")
    free = {known for one in terms if not any(map(one.get, asks)) for known in one["ids"]}
    open_ones = {known for one in terms if one["wikidata"] == "ALLOW" for known in one["ids"]}
    used = {loaded.spec.licence.id for loaded in SPECS}
    assert used & open_ones <= free
    assert used & open_ones == {"CC0-1.0", "LicenseRef-public-domain-statute"}, (
        "look whether it waives all rights"
    )
