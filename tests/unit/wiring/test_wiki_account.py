"""Who writes to which wiki, as it is entered in Airflow or in the environment of the command line."""

import json

import pytest

from heritage.adapters.wikibase.mapped import MappedWiki
from heritage.adapters.wikibase.wiki import PywikibotWiki
from heritage.errors import SpecError
from heritage.spec.target import load_target
from heritage.wiring.settings import Settings
from heritage.wiring.wiki import limits_of, open_live, open_wiki, target_of
from heritage.wiring.wiki_account import OAUTH_KEYS, account_from_environment, account_of

SECRETS = dict(zip(OAUTH_KEYS, ("ck-1", "cs-2", "at-3", "as-4"), strict=True))
SETTINGS = Settings(contact="https://heritage.example/contact")


def entered(**changed):
    given = {"api": "", "user": "Bot", "password": "", "target": "", "oauth": None} | changed
    return account_of(SETTINGS, **given)


def test_an_account_with_oauth_tells_no_secret_of_it():
    account = entered(target="wikidata", oauth=SECRETS)
    assert account.oauth == tuple(SECRETS.values())
    assert account.api == "https://www.wikidata.org/w/api.php"
    wiki = open_wiki(account, SETTINGS)
    told = repr(account) + repr(wiki._access)
    assert not [secret for secret in SECRETS.values() if secret in told]
    assert wiki._access.bot
    assert open_live(account, SETTINGS)._access.oauth is None


def test_half_of_the_secrets_are_refused_by_name():
    with pytest.raises(SpecError, match="missing: access_secret"):
        entered(target="wikidata", oauth=SECRETS | {"access_secret": " "})


def test_the_address_tells_the_target_and_the_target_the_address():
    assert entered(api="https://www.wikidata.org/w/api.php").target == "wikidata"
    assert entered(api="http://127.0.0.1:8181/w/api.php").target == "sandbox"
    with pytest.raises(SpecError, match="there is no target"):
        entered(api="https://unknown.example/w/api.php")


def test_an_account_on_another_wiki_than_its_target_is_refused():
    with pytest.raises(SpecError, match="is at https://www"):
        entered(api="https://test.wikidata.org/w/api.php", target="wikidata")


def test_a_wiki_with_ids_of_its_own_is_spoken_to_through_a_translation():
    assert isinstance(open_wiki(entered(target="metabase"), SETTINGS), MappedWiki)
    assert isinstance(open_wiki(entered(target="wikidata"), SETTINGS), PywikibotWiki)


def test_what_the_target_says_is_observed():
    account = entered(target="metabase")
    assert target_of(account, SETTINGS) == load_target(SETTINGS.vocabularies / "targets", "metabase")
    assert limits_of(account, SETTINGS).edit_groups == "", "nobody groups edits there"
    assert open_wiki(entered(target="wikidata"), SETTINGS)._access.stop_page == "User:Bot/stop"


def test_the_command_line_takes_secrets_from_files(tmp_path, monkeypatch):
    assert account_from_environment(SETTINGS) is None
    (tmp_path / "oauth.json").write_text(json.dumps(SECRETS))
    (tmp_path / "password").write_text("pass-word\n")
    monkeypatch.setenv("HERITAGE_WIKI_TARGET", "wikidata")
    monkeypatch.setenv("HERITAGE_WIKI_USER", "Bot")
    monkeypatch.setenv("HERITAGE_WIKI_OAUTH_FILE", str(tmp_path / "oauth.json"))
    assert account_from_environment(SETTINGS).oauth == tuple(SECRETS.values())
    monkeypatch.delenv("HERITAGE_WIKI_OAUTH_FILE")
    monkeypatch.setenv("HERITAGE_WIKI_PASSWORD_FILE", str(tmp_path / "password"))
    assert account_from_environment(SETTINGS).password == "pass-word"
    monkeypatch.setenv("HERITAGE_WIKI_OAUTH_FILE", str(tmp_path / "password"))
    with pytest.raises(SpecError, match="no JSON object with consumer_token"):
        account_from_environment(SETTINGS)
