"""How long every page on priorities takes with 2,000 proposals ranked, put to an open round, and decided.

Usage: PYTHONPATH=include:tests .venv/bin/python benchmarks/pages/measure.py [PROPOSALS]

Beside each time stands its ratio to Airflow's own home page, asked in the same process in the same way. The
first call of each page is left out: it reads what is then kept until it changes. Median of seven. Of
Airflow's page this is the shell alone, a file; what it shows comes by calls that its scripts make afterwards.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("AIRFLOW_HOME", tempfile.mkdtemp(prefix="heritage-pages-"))

from fastapi.testclient import TestClient

from heritage.adapters.clock import SystemClock
from heritage.governance.agenda import agenda_of
from heritage.model.governance import Vote
from heritage.steps.govern_rounds import close_round
from heritage.wiring.stores import action_log, decision_store
from heritage.wiring.terms import governance_settings
from priority_examples import MEMBERS, House, Person, gated, house, put_ranking, ranking

AGAIN = 7


def seconds(get: Callable[[], Any]) -> float:
    """The median of several calls after the first."""
    get()
    taken = []
    for _ in range(AGAIN):
        began = time.perf_counter()
        answer = get()
        taken.append(time.perf_counter() - began)
        assert answer.status_code == 200, answer.text[:500]
    return statistics.median(taken)


def airflow_home() -> Callable[[], Any]:
    """Airflow's own first page."""
    from airflow.utils.db import initdb

    initdb()
    from airflow.api_fastapi.app import create_app

    client = TestClient(create_app(apps="core"))
    return lambda: client.get("/")


def decided(at: House, many: int) -> None:
    """A round of as many proposals, voted on by all and closed."""
    at.body.open_round("Sami")
    store, now = decision_store(at.settings), SystemClock().now()
    head = store.heads()[0]
    round_ = store.round(head.round_id)
    assert round_ is not None
    agenda = agenda_of(round_)
    for member in MEMBERS:
        for one in (*agenda.consent, *agenda.ballot):
            answer = "for" if one in agenda.consent else "3"
            store.cast(head.round_id, Vote(member, one.proposal.proposal_id, answer, now), round_.closes_at)
    close_round(
        head.round_id,
        decisions=store,
        actions=action_log(at.settings),
        clock=SystemClock(),
        settings=governance_settings(at.settings),
        stale={},
    )
    again = [
        replace(one, proposal=replace(one.proposal, proposal_id=f"{one.proposal.proposal_id}-2"))
        for one in ranking(many)
    ]
    put_ranking(at.settings, again, [gated(one) for one in range(90_000, 90_000 + many)])
    at.body.open_round("Sami")


def main() -> None:
    """Prints milliseconds and ratios."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as folder:
        at = house(Path(folder), list(ranking(many)))
        decided(at, many)
        client = TestClient(at.app())
        at.person = Person("Amina")
        newest, first = (one.round_id for one in at.body.rounds())
        which = next(iter(at.body.standing().ranked))
        home = seconds(airflow_home())
        print(f"{many:,} proposals; Airflow's home page {home * 1000:.0f} ms")
        for name, path in {
            "asked of you": "/priorities",
            "ranking": "/priorities/ranking",
            "last page of it": "/priorities/ranking?page=9999",
            "trial weights": "/priorities/trial?urgency=1&relevance=2&equity=3&readiness=4",
            "waiting": "/priorities/waiting",
            "proposal": f"/priorities/proposals/{which}",
            "rounds": "/priorities/rounds",
            "open round": f"/priorities/rounds/{newest}",
            "ballot, last page": f"/priorities/rounds/{newest}?part=ballot&page=999",
            "minutes": f"/priorities/rounds/{first}",
            "next agenda": "/priorities/agenda",
            "decision log": "/priorities/log",
            "appeals": "/priorities/appeals",
            "helpdesk": "/priorities/helpdesk",
            "who is who": "/priorities/people",
            "in Georgian": "/priorities?lang=ka",
        }.items():
            taken = seconds(lambda path=path: client.get(path))
            print(f"{name:20} {taken * 1000:6.0f} ms {taken / home:6.2f} of the home page")


if __name__ == "__main__":
    main()
