"""The pages on risk over an installation: what changes is seen at once, what is broken is left out."""

import shutil
import sqlite3
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from heritage.errors import GovernanceError
from heritage.model.disclosure import By, Disclosure
from heritage.model.tables import EVIDENCE, RISK
from heritage.ports.risk_pages import Chosen, View
from heritage.wiring.risk_pages import RiskPages
from heritage.wiring.settings import Settings
from heritage.wiring.withhold import withhold
from register_examples import ROOT, VOCABULARIES, description
from risk_examples import GUARDED, WORLD, Registers

WORLDWIDE = View(-180, -85, 180, 85, 0)
TITLES = {"world_sample": ("_world", "Sample list"), "se_guarded": ("se", "Sample remains")}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Registers(tmp_path)
    for (dataset, (folder, title)), sites in zip(TITLES.items(), (WORLD, GUARDED), strict=True):
        made.add(dataset, title, sites)
        path = tmp_path / "datasets" / folder / dataset / f"{dataset}.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(yaml.safe_dump(description(id=dataset, title=title)), encoding="utf-8")
    (tmp_path / "datasets" / "_vocabularies").symlink_to(VOCABULARIES)
    return Settings(data_url=str(tmp_path / "data"), datasets=tmp_path / "datasets")


def test_all_registers_are_on_one_list(settings: Settings) -> None:
    pages = RiskPages(settings)
    found = pages.sites(Chosen(), 1)
    assert (found.sites, found.hidden, found.unread) == (17, 1, ())
    assert {option.value for option in found.datasets} == set(TITLES)
    assert sum(mark.count for mark in pages.marks(Chosen(), WORLDWIDE)) == found.placed
    assert b"FeatureCollection" in pages.outlines(WORLDWIDE)


def test_registers_and_layers_that_ask_for_it_are_named(settings: Settings) -> None:
    path = settings.datasets / "se" / "se_guarded" / "se_guarded.yaml"
    asks = {"id": "CC-BY-4.0", "evidence": "https://example.org/by", "attribution": "© The Office"}
    path.write_text(
        yaml.safe_dump(description(id="se_guarded", title="Remains", licence=asks)), encoding="utf-8"
    )
    flood = settings.datasets / "_layers" / "it_flood_hazard"
    shutil.copytree(ROOT / "datasets" / "_layers" / "it_flood_hazard", flood)
    store = Registers(Path(settings.data_url).parent).store
    snapshot = store.last_good("world_sample")
    assert snapshot
    rows = store.read_table("world_sample", snapshot, "evidence").to_pylist()
    exposed = [row | {"register": "it_flood_hazard", "evidence_id": f"x{n}"} for n, row in enumerate(rows)]
    table = pa.Table.from_pylist(rows + exposed, schema=EVIDENCE)
    store.write_table("world_sample", snapshot, "evidence", table, "evidence-2")
    named = RiskPages(settings).sites(Chosen(), 1).credits
    assert [(one.source, one.text, one.licence, one.share_alike) for one in named] == [
        ("it_flood_hazard", "ISPRA", "CC-BY-SA-4.0", True),
        ("se_guarded", "© The Office", "CC-BY-4.0", False),
    ]


def test_what_people_ask_holds_on_the_next_page(settings: Settings) -> None:
    pages = RiskPages(settings)
    assert pages.site("world_sample", "w/4") is not None
    before = pages.sites(Chosen(), 1).sites
    withhold(settings, "world_sample", "w/4", Disclosure.S5, By.OWNER, "letter 7", "ada")
    assert pages.site("world_sample", "w/4") is None
    assert pages.sites(Chosen(), 1).sites == before - 1
    assert "Harbour baths" not in repr(pages.marks(Chosen(), WORLDWIDE))


def test_a_new_flagging_is_seen(settings: Settings) -> None:
    pages = RiskPages(settings)
    assert pages.sites(Chosen(dataset="se_guarded"), 1).rows[0].name == "Burial mounds"
    store = Registers(Path(settings.data_url).parent).store
    snapshot = store.last_good("se_guarded")
    assert snapshot
    risk = store.read_table("se_guarded", snapshot, "risk").to_pylist()
    worse = [row | {"level": "lost" if row["record_id"] == "g2" else row["level"]} for row in risk]
    store.write_table("se_guarded", snapshot, "risk", pa.Table.from_pylist(worse, schema=RISK), "risk-2")
    assert pages.sites(Chosen(dataset="se_guarded"), 1).rows[0].name == "Rock carvings"


def test_a_damaged_register_is_left_out_and_named(settings: Settings) -> None:
    [risk] = Path(settings.data_url).glob("se_guarded/*/risk.parquet")
    risk.write_bytes(b"PAR1 and no more")
    found = RiskPages(settings).sites(Chosen(), 1)
    assert found.sites == len(WORLD)
    assert found.unread == ("Sample remains: a file of it is damaged; ask an engineer.",)


def test_nothing_is_shown_when_the_requests_were_tampered_with(settings: Settings) -> None:
    withhold(settings, "world_sample", "w/4", Disclosure.S5, By.OWNER, "letter 7", "ada")
    database = Path(settings.data_url) / "heritage.sqlite"
    with sqlite3.connect(database) as connection:
        triggers = connection.execute("select name from sqlite_master where type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f'drop trigger "{name}"')
        connection.execute("update disclosure_requests set record_id = 'w/5'")
    with pytest.raises(GovernanceError):
        RiskPages(settings).sites(Chosen(), 1)
