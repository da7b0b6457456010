"""Settings come from HERITAGE_* variables, and every place has a default."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from heritage.adapters.harvest import ArchiveLimits, HttpSettings
from heritage.errors import SpecError
from heritage.wiring.publishers import archive_limits, http_settings
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
    ("name", "value", "said"),
    [
        ("MIRROR", "file:///etc", "a mirror is an http"),
        ("DATA_URL", "s4://bucket", "give a folder or an address"),
        ("WIKI_EDITS_PER_MINUTE", "0", "write a number above 0"),
        ("ROUND_POLL_SECONDS", "-1", "write a number above 0"),
        ("APPROVAL_DAYS", "1e9", "write a number of 3660 or less"),
        ("SAMPLE", "?", "write true or false"),
        ("HTTP_ATTEMPTS", "many", "write a whole number, as 4"),
        ("HTTP_ATTEMPTS", "2.5", "write a whole number, as 4"),
        ("HTTP_ATTEMPTS", "0", "write a number of 1 or more"),
        ("HTTP_PAUSE_S", "-1", "write a number of 0 or more"),
        ("HTTP_PULL_S", "6h", "write a number, as 2.5"),
        ("HTTP_PULL_S", "inf", "write a number, as 2.5"),
        ("WIKI_EDITS_PER_MINUTE", "inf", "write a number, as 2.5"),
        ("AIRFLOW_IDS", "Ada=2, Sekai", "write them as Ada=2, with commas"),
        ("PRIVATE_HOSTS", "http://intra.example/", "write names as register.example, with commas"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"HERITAGE_{name}", value)
    with pytest.raises(SpecError, match=rf"^HERITAGE_{name} is {re.escape(repr(value))}: .*{said}"):
        Settings()


def test_a_variable_that_says_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch, repository: Path) -> None:
    for name in ("DATA_URL", "MIRROR", "GOVERNANCE", "ARCHIVE_RATIO"):
        monkeypatch.setenv(f"HERITAGE_{name}", "")
    found = Settings()
    assert found.data_url == str(repository / "data")
    assert (found.mirror, found.governance, found.archive_ratio) == (None, None, None)


def test_every_limit_of_a_pull_can_be_set_and_is_documented(
    monkeypatch: pytest.MonkeyPatch, repository: Path
) -> None:
    documented = (repository / "docs" / "engineers.md").read_text(encoding="utf-8")
    usual: dict[str, Any] = {"HTTP": HttpSettings("", Path()), "ARCHIVE": ArchiveLimits()}
    numbers = [
        (f"{prefix}_{field.name}".upper(), getattr(limits, field.name))
        for prefix, limits in usual.items()
        for field in fields(limits)
        if isinstance(getattr(limits, field.name), int | float)
    ]
    assert len(numbers) == 15
    for name, value in numbers:
        assert f"| `HERITAGE_{name}` | {value:g} |" in documented.replace(str(value), f"{value:g}"), name
        monkeypatch.setenv(f"HERITAGE_{name}", "7")
    http, archive = http_settings(Settings(), "http://127.0.0.1/"), archive_limits(Settings())
    assert archive == ArchiveLimits(7, 7, 7, 7)
    assert {getattr(http, name.removeprefix("HTTP_").lower()) for name, _ in numbers if "HTTP" in name} == {7}


def test_limits_that_nobody_set_are_the_usual_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HERITAGE_PRIVATE_HOSTS", "intra.example, other.example")
    settings = Settings()
    hosts = frozenset({"intra.example", "other.example"})
    usual = HttpSettings(settings.user_agent, settings.scratch_folder, None, hosts)
    assert http_settings(settings, "http://127.0.0.1/") == usual
    assert archive_limits(settings) == ArchiveLimits()


@pytest.mark.parametrize(
    ("address", "contact", "mirror", "warned"),
    [
        ("https://register.example/list.csv", "", None, True),
        ("https://93.184.215.14/list.csv", "", None, True),
        ("https://register.example/list.csv", "ada@example.org", None, False),
        ("https://register.example/list.csv", "", "http://127.0.0.1:8080", False),
        ("http://localhost:8080/list.csv", "", None, False),
        ("http://10.0.0.7/list.csv", "", None, False),
    ],
)
def test_a_publisher_that_would_not_learn_who_asks_is_told_of_once(
    caplog: pytest.LogCaptureFixture, address: str, contact: str, mirror: str | None, warned: bool
) -> None:
    http_settings(Settings(contact=contact, mirror=mirror), address)
    assert [record.levelname for record in caplog.records] == ["WARNING"] * warned
    assert all("set HERITAGE_CONTACT" in message for message in caplog.messages)


def test_no_wiki_is_asked_without_saying_who_asks() -> None:
    account = WikiAccount("http://127.0.0.1:9/w/api.php", "Bot@heritage", "sandbox", "secret")
    with pytest.raises(SpecError, match="set HERITAGE_CONTACT"):
        open_wiki(account, Settings())


def test_ids_of_airflow_are_told_by_user_name():
    settings = Settings(airflow_ids="Ada = 2, a=b@heritage.example=17,")
    assert settings.airflow_id_of == {"Ada": "2", "a=b@heritage.example": "17"}
    assert Settings(airflow_ids="").airflow_id_of == {}


def test_what_no_variable_says_is_read_from_the_folder_of_secrets(tmp_path, monkeypatch):
    (tmp_path / "heritage_database_url").write_text("postgresql://heritage:word@db/heritage\n")
    (tmp_path / "heritage_contact").write_text("from the file")
    monkeypatch.setenv("HERITAGE_SECRETS", str(tmp_path))
    monkeypatch.setenv("HERITAGE_CONTACT", "from the variable")
    found = Settings()
    assert (found.database, found.contact) == ("postgresql://heritage:word@db/heritage", "from the variable")


def test_a_folder_of_secrets_that_is_not_there_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("HERITAGE_SECRETS", str(tmp_path / "gone"))
    with pytest.raises(SpecError, match=r"HERITAGE_SECRETS is .*gone'.* no such folder"):
        Settings()


@pytest.mark.parametrize("harm", ["empty", "folder"])
def test_a_secret_that_says_nothing_is_told(tmp_path, monkeypatch, harm):
    monkeypatch.setenv("HERITAGE_SECRETS", str(tmp_path))
    file = tmp_path / "heritage_database_url"
    file.mkdir() if harm == "folder" else file.write_text("\n")
    with pytest.raises(SpecError, match=r"heritage_database_url is empty, or no file that can be read"):
        Settings()
