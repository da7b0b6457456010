"""A body with seven members, a ranking and the pages over it, for tests of the pages on priorities."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import TypeAdapter

from heritage.model.governance import Criteria, Gate, Proposal, Ranked, Rehearsal, Scope
from heritage.model.said import Said
from heritage.steps.rank import Ranking
from heritage.web.app import create_app
from heritage.web.bound import services
from heritage.wiring.settings import Settings
from terms_examples import EVER, terms_with

SECRET = "a secret of the tests"
MEMBERS = ("Amina", "Birgit", "Chen", "Davit", "Elena", "Farid", "Grace")
PANEL = ("Pia", "Quentin", "Rosa")
REGISTERS = {
    "ge_monuments": "საქართველოს ძეგლების რეესტრი",
    "pl_nid": "Rejestr zabytków",
    "sy_damage": "Damaged sites of Syria",
    "se_bbr": "Bebyggelseregistret",
    "gb_nhle": "National Heritage List for England",
    "de_libraries": "German libraries",
}
KINDS = ("identifiers", "designation", "place", "names", "images", "new items")


@dataclass(frozen=True)
class Person:
    """Somebody who is logged in to Airflow."""

    name: str
    roles: tuple[str, ...] = ("user",)

    @property
    def role(self) -> str | None:
        return self.roles[0] if self.roles else None


@dataclass
class House:
    """The pages over a real database, and who is at the door."""

    settings: Settings
    person: Person | None = field(default_factory=lambda: Person("Amina"))

    def app(self) -> FastAPI:
        return create_app(services(self.settings), lambda: self.person, SECRET)

    @property
    def body(self) -> Any:
        from heritage.wiring.priority_pages import PriorityPages

        return PriorityPages(self.settings)


def terms(**changed: Any) -> dict[str, Any]:
    """Seven members, one of them with a stake in Polish registers, a secretary, a committee and a panel."""
    content = terms_with(MEMBERS, body="Body of the tests", budget_hours=40, **changed)
    content["members"][0]["name"] = "Amina Haddad"
    content["members"][1]["interests"] = [{"why": "works for the publisher", "datasets": ["pl_nid"]}]
    content["roles"] = {
        "chair": [{"user": "Chen", **EVER}],
        "secretary": [{"user": "Sami", **EVER}],
        "expert_committee": [{"user": name, **EVER} for name in PANEL],
        "appeal_panel": [{"user": name, **EVER} for name in PANEL],
        "observer": [{"user": "Olu", **EVER}],
    }
    return content


def house(folder: Path, ranked: Sequence[Ranked] | None = None, **changed: Any) -> House:
    """An installation in a folder with a ranking, by default of a dozen proposals."""
    (folder / "governance.yaml").write_text(json.dumps(terms(**changed)))
    settings = Settings(
        data_url=str(folder / "data"),
        database_url=f"sqlite:///{folder / 'heritage.sqlite'}",
        reports=folder / "reports",
        governance=folder / "governance.yaml",
        datasets=_no_datasets(folder),
    )
    Path(settings.data_url).mkdir(exist_ok=True)
    put_ranking(settings, list(ranking(12)) if ranked is None else ranked, [gated()])
    return House(settings)


def put_ranking(
    settings: Settings, ranked: Sequence[Ranked], waiting: Sequence[Proposal] = (), **more: Any
) -> None:
    """Writes a ranking with an empty report, as if it had been made this second."""
    folder = settings.reports_folder / datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.html").write_text("<!doctype html><title>Report</title><h1>Report</h1>")
    content = Ranking(tuple(ranked), tuple(waiting), 0, **more)
    (folder / "ranking.json").write_bytes(TypeAdapter(Ranking).dump_json(content))


def ranking(many: int) -> Iterable[Ranked]:
    """Proposals in order of rank: the first third is robust, the last third hardly ever chosen."""
    for number in range(many):
        one = proposal(number)
        score = 0.9 - 0.7 * number / many
        share = 1 - number / max(1, many - 1)
        steady = "robust in" if share >= 0.67 else "robust out" if share <= 0.33 else "contested"
        parts = {"urgency": 0.3, "relevance": 0.25, "equity": 0.3, "readiness": 0.15}
        yield Ranked(one, number + 1, score, {name: w * score for name, w in parts.items()}, share, steady)


def proposal(number: int, **changed: Any) -> Proposal:
    """A made-up proposal; its number tells it apart."""
    dataset = list(REGISTERS)[number % len(REGISTERS)]
    kind = KINDS[number // len(REGISTERS) % len(KINDS)]
    edits = 40 + 37 * (number % 9)
    made = Proposal(
        proposal_id=f"{dataset}-{kind.replace(' ', '_')}-all-{number:05}",
        dataset=dataset,
        snapshot="0f3a9c21b7d4e685",
        title=f"{REGISTERS[dataset]}: {kind}" + (f" {number}" if number >= 36 else ""),
        kind=kind.replace(" ", "_"),
        scope=Scope.ALL,
        content_hash=f"{number:064}",
        edits_digest="d" * 16,
        rehearsal=Rehearsal(edits, edits // 3, 3 * edits, 3 * edits, edits, edits // 9, 2, edits / 30),
        gates=(
            Gate("licence", True, Said("ALLOW")),
            Gate("sensitivity", True, Said("every record has a disclosure decision in force")),
            Gate("quality", True, Said("readiness {readiness:.2f}, at least {least:.2f} is asked for",
                                       {"readiness": 0.81, "least": 0.25})),
        ),
        criteria=Criteria(0.8 - number % 5 / 10, 0.4, 0.3 + number % 7 / 10, 0.9),
        reviewer_hours=4.0 + number % 4,
        reasons=(
            Said("{at_risk} of {total} records are at risk or worse; nothing is known about {unknown}.",
                 {"at_risk": 41, "total": 1234, "unknown": 700}),
            Said("Documented: a community asked for it ({url}).", {"url": "https://meta.example/talk"}),
            Said("{matched} of {registered} records are matched to an item.",
                 {"matched": 62, "registered": 120}),
            Said("Core fields are filled to {complete:.0%}; {doubtful} of {matches} matches are in doubt.",
                 {"complete": 0.93, "doubtful": 3, "matches": 120}),
            Said("Licence: {reason}", {"reason": "CC0-1.0: nothing is asked."}),
        ),
    )  # fmt: skip
    return replace(made, **changed)


def gated(number: int = 900) -> Proposal:
    """A proposal that waits for a missing step."""
    gate = Gate(
        "licence",
        False,
        Said("NEEDS_WAIVER"),
        Said("Ask the publisher for a waiver that covers the database right, and archive it."),
    )
    return proposal(number, gates=(gate,))


def _no_datasets(folder: Path) -> Path:
    """A folder of registers that has vocabularies alone."""
    datasets = folder / "datasets"
    datasets.mkdir(exist_ok=True)
    if not (datasets / "_vocabularies").exists():
        vocabularies = Path(__file__).parents[1] / "datasets" / "_vocabularies"
        (datasets / "_vocabularies").symlink_to(vocabularies)
    return datasets
