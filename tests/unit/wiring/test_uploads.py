"""Which batches are planned, and what keeps the demonstration off wikis that others read."""

import logging
import shutil
from pathlib import Path

import pytest

from heritage.errors import SpecError
from heritage.wiring.settings import Settings
from heritage.wiring.uploads import plan_batches
from heritage.wiring.wiki import open_wiki
from heritage.wiring.wiki_account import WikiAccount

SANDBOX = WikiAccount("http://127.0.0.1:9/api.php", "Bot@heritage", "sandbox", "secret")


@pytest.fixture
def decided(decided_installation: Path, tmp_path: Path) -> dict[str, str]:
    copy = shutil.copytree(decided_installation, tmp_path / "copy")
    return {"data_url": f"{copy}/data", "database_url": f"sqlite:///{copy}/heritage.sqlite", "contact": "x"}


def test_each_register_with_a_decision_has_its_batch(decided: dict[str, str]) -> None:
    batches = plan_batches(Settings(sample=True, **decided), SANDBOX)
    assert [batch.dataset for batch in batches] == ["by_heritage", "de_libraries"]
    assert {batch.target for batch in batches} == {"sandbox"}
    assert all(batch.decisions for batch in batches)


def test_items_that_nobody_confirmed_are_not_uploaded_and_the_others_go_on(
    decided: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="heritage"):
        batches = plan_batches(Settings(**decided), SANDBOX)
    assert [batch.dataset for batch in batches] == ["de_libraries"]
    [told] = [one.getMessage() for one in caplog.records if one.levelno == logging.ERROR]
    assert told.startswith("by_heritage is bronze and only gold is uploaded: nobody has confirmed its source")
    assert "such as Q9900" in told
    assert len(told) < 350


def test_where_nothing_is_approved_there_is_nothing_to_refuse(tmp_path: Path) -> None:
    assert plan_batches(Settings(data_url=str(tmp_path / "data")), SANDBOX) == []


def test_extracts_stay_on_this_machine() -> None:
    elsewhere = WikiAccount("https://www.wikidata.org/w/api.php", "Bot@heritage", "wikidata", "secret")
    with pytest.raises(SpecError, match="extracts go to a wiki on this machine only"):
        open_wiki(elsewhere, Settings(sample=True, contact="x"))


def test_a_password_never_travels_open_to_read() -> None:
    account = WikiAccount("http://www.wikidata.org/w/api.php", "Bot@heritage", "wikidata", "secret")
    with pytest.raises(SpecError, match="give https://"):
        open_wiki(account, Settings(contact="x"))
