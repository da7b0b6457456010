"""The pages on matches through HTTP: who gets in, what is said when a step is missing, which links work."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from browsing import NO_UPLOADS, Amina, nothing
from heritage.errors import HeritageError
from heritage.web.app import create_app
from heritage.web.services import MatchServices, RiskServices, Services
from match_examples import DATASET, services


def client_of(matches: MatchServices, person: Amina | None = None) -> TestClient:
    services = Services(
        *[nothing] * 4, risk=RiskServices(*[nothing] * 4), uploads=NO_UPLOADS, matches=matches
    )
    return TestClient(create_app(services, lambda: person, "a secret of the tests"))


@pytest.fixture(scope="module")
def matches(tmp_path_factory: pytest.TempPathFactory) -> MatchServices:
    return services(tmp_path_factory.mktemp("matches"))


@pytest.fixture(scope="module")
def client(matches: MatchServices) -> Iterator[TestClient]:
    with client_of(matches, Amina()) as client:
        yield client


def test_a_stranger_sees_no_match(matches: MatchServices) -> None:
    stranger = client_of(matches)
    for path in (f"/matches/{DATASET}", f"/matches/{DATASET}/a%2F3"):
        answer = stranger.get(path)
        assert answer.status_code == 401
        assert "Dunmere" not in answer.text


def test_every_link_of_the_lists_leads_to_a_page(client: TestClient) -> None:
    for decision in ("match", "review", "new", "nonsense"):
        page = client.get(f"/matches/{DATASET}", params={"decision": decision, "page": "99999999999"})
        assert page.status_code == 200
        links = re.findall(r'href="\.\./(matches/[^"?]+)"', page.text)
        assert links or decision == "new"
        for link in links:
            assert client.get(f"/{link}").status_code == 200
    assert "Garsington Windmill" in client.get(f"/matches/{DATASET}?decision=match").text
    assert "/.." not in client.get(f"/matches/{DATASET}?decision=match").text, (
        "browsers take that for a way up"
    )


@pytest.mark.parametrize("path", [f"{DATASET}/a%2F6", f"{DATASET}/nothing", "xx_other", "xx_other/1"])
def test_what_is_withheld_is_as_what_is_not_there(client: TestClient, path: str) -> None:
    answer = client.get(f"/matches/{path}")
    assert answer.status_code == 404
    assert "There is no such" in answer.text
    assert "Hidden Abbey" not in answer.text


def test_what_has_to_run_first_is_said(matches: MatchServices) -> None:
    def missing(*_: object) -> None:
        raise HeritageError("xx_listed was not reconciled yet: `heritage run xx_listed --until reconcile`")

    client = client_of(replace(matches, listed=missing, explain=missing), Amina())
    for path in (f"/matches/{DATASET}", f"/matches/{DATASET}/a%2F3"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "was not reconciled yet" in answer.text


def test_without_the_places_of_items_the_page_says_why(matches: MatchServices) -> None:
    client = client_of(replace(matches, places=lambda _: {}), Amina())
    assert "once the index is in memory" in client.get(f"/matches/{DATASET}/a%2F3").text


def test_hostile_text_is_only_text(client: TestClient) -> None:
    for path in (f"{DATASET}?decision=review", f"{DATASET}/a%2F8"):
        page = client.get(f"/matches/{path}")
        assert "<script>alert" not in page.text
        assert "<img" not in page.text
