"""Which way an index is refreshed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from heritage.errors import SpecError
from heritage.spec.index_rules import load_index_rules
from heritage.steps.refresh_index import Refresh, Standing, Way, choose_way, is_stale

RULES = load_index_rules(Path(__file__).parents[3] / "datasets" / "_vocabularies" / "wikidata.yaml")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
YESTERDAY = Standing(NOW - timedelta(days=1), NOW - timedelta(days=30), "scope")


def chosen(
    standing: Standing | None, *, dump: bool = True, service: bool = True, api: bool = True
) -> Refresh:
    return choose_way(standing, "scope", RULES, NOW, dump=dump, service=service, api=api)


def test_changes_lead_from_an_index_to_today() -> None:
    assert chosen(YESTERDAY) == Refresh(Way.CHANGES, "What changed since 2026-11-20 12:00 is read.")


@pytest.mark.parametrize(
    ("standing", "why"),
    [
        (None, "there is none yet"),
        (replace(YESTERDAY, scope=""), "holds all of a file"),
        (replace(YESTERDAY, scope="other"), "what belongs in it has changed"),
        (
            replace(YESTERDAY, as_of=NOW - timedelta(days=26)),
            "of 2026-10-26, and the wiki forgets its changes",
        ),
        (replace(YESTERDAY, complete=NOW - timedelta(days=91)), "last made as a whole on 2026-08-22"),
    ],
)
def test_else_it_is_made_as_a_whole(standing: Standing | None, why: str) -> None:
    assert chosen(standing).way is Way.DUMP
    assert chosen(standing, dump=False).way is Way.SERVICE
    assert why in chosen(standing).why
    with pytest.raises(SpecError, match="no dump is named: set HERITAGE_WIKIDATA_DUMP"):
        chosen(standing, dump=False, service=False)


def test_without_a_wiki_to_ask_it_is_made_as_a_whole() -> None:
    assert "no wiki is named to ask for changes" in chosen(YESTERDAY, api=False).why


def test_an_index_is_fresh_to_the_hour() -> None:
    assert not is_stale(NOW - timedelta(days=14), 14, NOW)
    assert is_stale(NOW - timedelta(days=14, seconds=1), 14, NOW)
