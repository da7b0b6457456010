"""A private installation for tests of the whole way: settings, a mirror of the registers, a wiki, votes."""

import csv
import json
import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from heritage.governance.agenda import Part, agenda_of
from heritage.model.governance import Round
from heritage.wiring.governance import cast_vote, close_round, open_round, pull_item, rank_and_report
from heritage.wiring.item_index import refresh_index
from heritage.wiring.pipeline import Run, load_dataset, run_step
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store
from heritage.wiring.way import Step
from heritage.wiring.wiki_account import WikiAccount
from terms_examples import terms_with
from wikibase_sandbox.testing import BOT, Sandbox, running

ROOT = Path(__file__).resolve().parent.parent
DATASETS = ROOT / "datasets"
DEMO = DATASETS / "_demo"
with (DEMO / "truth.csv").open(encoding="utf-8", newline="") as _file:
    IN_DEMO = sorted({row["dataset"] for row in csv.DictReader(_file)})
"""Ids of the registers whose right items are known for the bundled index."""
TERMS = terms_with(
    ("Ada", "Bo", "Chidi", "Dana", "Eun"),
    body="Body of the tests",
    budget_hours=100_000,
    portfolio={"share": "1/1000"},
)
"""The terms of reference that hold in the tests: five members, and hours for all that is proposed."""


def settings_of(folder: Path, **changed: str | None) -> Settings:
    """The settings that `settings_in` gives."""
    given = settings_in(folder, **changed)
    return Settings.model_validate({name.removeprefix("HERITAGE_").lower(): v for name, v in given.items()})


def settings_in(folder: Path, **changed: str | None) -> dict[str, str]:
    """HERITAGE_* for an installation that keeps everything in `folder`; `changed` in lower case, None for
    what is not set."""
    (folder / "governance.yaml").write_text(json.dumps(TERMS))
    given = {
        "data_url": str(folder / "data"),
        "database_url": f"sqlite:///{folder / 'heritage.sqlite'}",
        "reports": str(folder / "reports"),
        "wikidata_dump": str(DEMO / "items.jsonl"),
        "governance": str(folder / "governance.yaml"),
        "sample": "true",
        "contact": "https://heritage.example/contact",
        "wiki_edits_per_minute": "60000",
        "round_poll_seconds": "0.1",
        "pilot_edits": "10000",
    } | changed
    return {f"HERITAGE_{name.upper()}": value for name, value in given.items() if value is not None}


@contextmanager
def mirror() -> Iterator[str]:
    """The bundled registers on loopback, as the publishers serve theirs; gives the base address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(DATASETS)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def fill(sandbox: Sandbox) -> None:
    """The demo's properties and items."""
    for name in ("properties", "items"):
        lines = (DEMO / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        sandbox.seed(entities=[json.loads(line) for line in lines if line.strip()])


def connection(api_url: str, password: str = BOT.password) -> str:
    """The Airflow connection `heritage_wiki` to a sandbox, as JSON."""
    extra = {"target": "sandbox"}
    return json.dumps(
        {
            "conn_type": "generic",
            "host": api_url,
            "login": f"{BOT.name}@heritage",
            "password": password,
            "extra": extra,
        }
    )


def vote(settings: Settings, wanted: Sequence[str] = ("",)) -> int:
    """Every seat votes in the open rounds, for the proposals whose ids begin as wanted and against others,
    which one of them pulls from the consent agenda; gives the votes."""
    votes, store = 0, decision_store(settings)
    for round_id in [one.round_id for one in store.open_rounds()]:
        for part, ranked in agenda_of(_round(settings, round_id)).parts():
            item = ranked.proposal.proposal_id
            unwanted = part is Part.CONSENT and not item.startswith(tuple(wanted))
            if unwanted or part is Part.LATER:
                pull_item(settings, round_id, "Ada", item, "let us talk about it")
        current = _round(settings, round_id)
        for part, ranked in agenda_of(current).parts():
            item = ranked.proposal.proposal_id
            yes, no = ("5", "0") if part is Part.BALLOT else ("for", "against")
            answer = yes if item.startswith(tuple(wanted)) else no
            for member in current.seats:
                cast_vote(settings, round_id, member, item, answer, "discussed")
                votes += 1
    return votes


def _round(settings: Settings, round_id: str) -> Round:
    found = decision_store(settings).round(round_id)
    assert found is not None
    return found


APPROVED = ("by_heritage-designation", "de_libraries-new_items")


def decide(
    folder: Path, datasets: Sequence[str] = ("by_heritage", "de_libraries"), **changed: str
) -> Settings:
    """Brings registers to approved edits (APPROVED): index, steps, ranking, a round, votes, decisions.

    Leaves in `folder` what `settings_in` names, and the wiki as `wiki.sqlite`, which has no edit yet.
    """
    given = settings_in(folder, **changed)
    settings = Settings.model_validate(
        {name.removeprefix("HERITAGE_").lower(): v for name, v in given.items()}
    )
    refresh_index(settings)
    with running(folder / "wiki.sqlite") as sandbox:
        fill(sandbox)
        account = account_of(sandbox)
        for dataset in datasets:
            spec = load_dataset(dataset, settings)
            [source] = (spec.folder / "samples").iterdir()
            snapshot = None
            for step in Step:
                snapshot = run_step(step, Run(spec, settings, account, source), snapshot)["snapshot"]
    opened = open_round(settings, rank_and_report(settings).folder)
    vote(settings, APPROVED)
    close_round(settings, opened.round_id)
    return settings


def account_of(sandbox: Sandbox) -> WikiAccount:
    """The account that writes to a sandbox."""
    return WikiAccount(sandbox.api_url, f"{BOT.name}@heritage", "sandbox", BOT.password)


def edits_made(sandbox: Sandbox) -> Counter[str]:
    """Edit id to how often it stands in the history of the wiki."""
    found = (re.search(r"edit ([0-9a-f]{16})\)", edit["comment"]) for edit in sandbox.edits())
    return Counter(match[1] for match in found if match)
