"""The page on health through HTTP: engineers alone, whatever state the installation is in."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from browsing import NO_UPLOADS, Amina, nothing
from health_examples import NOW, RULES, facts, in_trouble, register
from heritage.errors import SpecError
from heritage.ports.health import HealthFacts, Trouble
from heritage.steps.health import health
from heritage.web.app import create_app
from heritage.web.services import HealthServices, RiskServices, Services
from report_examples import HOSTILE


def client(
    looked: Any, role: str | None = "op", runbook: str = "docs/runbook.md", text: str | None = None
) -> TestClient:
    unasked = (nothing, nothing, nothing, nothing)
    services = Services(
        *unasked,
        risk=RiskServices(*unasked),
        uploads=NO_UPLOADS,
        health=HealthServices(looked, runbook, lambda: text),
    )
    return TestClient(create_app(services, lambda: Amina(role=role), "a secret of the tests"))


@pytest.mark.parametrize("role", ["viewer", "user", "public"])
@pytest.mark.parametrize("path", ["/health", "/health.json", "/runbook"])
def test_only_engineers_see_it(role: str, path: str) -> None:
    answer = client(nothing, role).get(path)
    assert answer.status_code == 403
    assert "for the engineers" in answer.text


def test_what_is_wrong_stands_first_with_what_to_do() -> None:
    page = client(in_trouble).get("/health").text
    assert page.index("Wrong</h2>") < page.index("How fresh the registers are")
    for part in (
        'href="runbook#stale-dataset"',
        'href="checks/xx_register_1/0000000000000001/checks.html"',
        "11 things are wrong",
        "The stop page says: please look",
        "5 troubles in a row",
        'class="tag bad">late</span>',
        "30 edits a minute",
        "12 days",
    ):
        assert part in page
    linked = client(in_trouble, runbook="https://docs.example/runbook").get("/health").text
    assert 'href="https://docs.example/runbook#stale-dataset"' in linked


@pytest.mark.parametrize(
    "found",
    [
        HealthFacts(NOW),
        HealthFacts(NOW, away="no route to host"),
        facts(registers=(), queues=(), wikis=(), index_as_of=None),
        facts(registers=tuple(register(number) for number in range(100))),
        facts(registers=tuple(replace(register(n), unread="damaged", figures=()) for n in range(100))),
        facts(wikis=(replace(facts().wikis[0], days=(), per_minute=None, last=None, causes={}),)),
    ],
)
def test_it_is_there_in_any_state(found: HealthFacts) -> None:
    answer = client(lambda: health(found, RULES)).get("/health")
    assert answer.status_code == 200
    assert "script-src" not in answer.headers["content-security-policy"]
    assert client(lambda: health(found, RULES)).get("/health.json").json()["status"] in ("ok", "wrong")


def test_every_trouble_leads_to_its_section_of_the_runbook(repository: Path) -> None:
    text = (repository / "docs" / "runbook.md").read_text(encoding="utf-8")
    page = client(nothing, text=text).get("/runbook").text
    assert [one for one in Trouble if f'<h3 id="{one.value}">' not in page] == []
    assert "<code>" in page
    hostile = client(nothing, text=f"{HOSTILE}\n\n[x](javascript:alert(1))").get("/runbook").text
    assert "<script" not in hostile
    assert 'href="javascript' not in hostile
    assert client(nothing).get("/runbook").status_code == 404


def test_rules_that_are_broken_are_told() -> None:
    def broken() -> Any:
        raise SpecError("health.yaml: late: missing")

    answer = client(broken).get("/health")
    assert answer.status_code == 503
    assert "health.yaml: late: missing" in answer.text


def test_hostile_text_is_only_text() -> None:
    evil = replace(register(), title=HOSTILE, stops=1, dataset="xx_evil")
    found = facts(
        registers=(evil,),
        broken=((HOSTILE, HOSTILE),),
        away=HOSTILE,
        wikis=(replace(facts().wikis[0], target=HOSTILE, causes={HOSTILE: 3}, held=((NOW, HOSTILE),)),),
    )
    page = client(lambda: health(found, RULES)).get("/health").text
    for sign in ("<script", "<img", "javascript:", "\u202e"):
        assert sign not in page
