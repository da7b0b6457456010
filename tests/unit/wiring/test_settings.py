"""Settings come from HERITAGE_* variables, and every place has a default."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from heritage.errors import SpecError
from heritage.wiring.settings import Settings
from heritage.wiring.wiki import open_wiki
from heritage.wiring.wiki_account import WikiAccount


def test_the_defaults_are_the_clone(repository: Path) -> None:
    settings = Settings()
    assert settings.datasets == repository / "datasets"
    assert settings.vocabularies.joinpath("licences.yaml").is_file()
    assert settings.expectations.joinpath("common.yaml").is_file()
    assert settings.database == f"sqlite:///{repository / 'data'}/heritage.sqlite"


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HERITAGE_DATA_URL", f"{tmp_path}/")
    monkeypatch.setenv("HERITAGE_CONTACT", "https://heritage.example/contact")
    assert Settings().database == f"sqlite:///{tmp_path}/heritage.sqlite"
    assert "https://heritage.example/contact" in Settings().user_agent
    monkeypatch.setenv("HERITAGE_DATABASE_URL", "postgresql+psycopg://db/heritage")
    assert Settings().database == "postgresql+psycopg://db/heritage"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mirror", "file:///etc"),
        ("data_url", "s4://bucket"),
        ("wiki_edits_per_minute", "0"),
        ("round_poll_seconds", "-1"),
        ("sample", "?"),
    ],
)
def test_nonsense_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"HERITAGE_{name.upper()}", value)
    with pytest.raises(ValidationError, match=name):
        Settings()


def test_no_wiki_is_asked_without_saying_who_asks() -> None:
    account = WikiAccount("http://127.0.0.1:9/w/api.php", "Bot@heritage", "sandbox", "secret")
    with pytest.raises(SpecError, match="set HERITAGE_CONTACT"):
        open_wiki(account, Settings())
