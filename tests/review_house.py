"""Campaigns over a register of made-up towers that reconciliation could not decide, and the pages on them."""

import json
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from heritage.model.tables import ITEMS, MATCHES, TERMS
from heritage.wiring.review_pages import ReviewPages
from heritage.wiring.reviews import make_review_tasks
from heritage.wiring.settings import Settings
from priority_examples import House
from recon_examples import item
from register_examples import VOCABULARIES, loaded
from report_examples import HOSTILE
from risk_examples import Registers, Site
from terms_examples import terms_with

DATASET = "xx_towers"
TOWERS = 30
COARSE = "t/29"
"""Told in squares of a tenth of a degree."""
CAMPAIGN: dict[str, Any] = {
    "title": {"en": "Towers of the north", "sv": "Nordens torn"},
    "purpose": {"en": "Find the item of each tower, so that its condition can be told where people read."},
    "guidelines": {"en": "Same place, same thing.\nA church with a tower is no tower."},
    "datasets": [DATASET],
    "languages": ["en", "sv"],
    "opens": "2026-01-01",
    "closes": "2999-01-01",
    "goal": 40,
}
CAMPAIGNS: dict[str, dict[str, Any]] = {
    "towers": {
        "kind": "match",
        "featured": True,
        "experts": ["Elena"],
        "coordinators": ["Chen"],
        "staff": {DATASET: ["Birgit"]},
        "gold": 0,
    },
    "over": {"kind": "match", "title": {"en": "Last year's towers"}, "closes": "2026-02-01"},
    "words": {"kind": "term", "title": {"en": "What their kinds stand for"}},
    "facts": {"kind": "annotation", "title": {"en": "What machines say of towers"}},
    "known": {"kind": "knowledge", "title": {"en": "Tell what you know"}, "experts": ["Elena"]},
    "danger": {
        "kind": "danger",
        "title": {"en": "Towers in danger"},
        "coordinators": ["Chen"],
        "experts": ["Elena"],
    },
}


class ReviewHouse(House):
    """The pages over a real database with open tasks."""

    @cached_property
    def reviews(self) -> ReviewPages:
        return ReviewPages(self.settings)


def review_house(folder: Path) -> ReviewHouse:
    """An installation in a folder: thirty towers with three candidates each, one name of them hostile."""
    datasets = folder / "datasets"
    (datasets / "_campaigns").mkdir(parents=True)
    (datasets / "_vocabularies").symlink_to(VOCABULARIES)
    loaded(datasets, id=DATASET, title="Register of towers")
    for name, changed in CAMPAIGNS.items():
        content = CAMPAIGN | {"id": name} | changed
        (datasets / "_campaigns" / f"{name}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True))
    (folder / "governance.yaml").write_text(json.dumps(terms_with(("Amina", "Bo", "Chen"), body="Body")))
    settings = Settings(
        data_url=str(folder / "data"),
        database_url=f"sqlite:///{folder / 'heritage.sqlite'}",
        reports=folder / "reports",
        governance=folder / "governance.yaml",
        datasets=datasets,
    )
    _register(folder)
    make_review_tasks(settings)
    return ReviewHouse(settings)


def _register(folder: Path) -> None:
    made = Registers(folder).add(DATASET, "Register of towers", [_site(n) for n in range(TOWERS)])
    matches = pa.Table.from_pylist([_match(n) for n in range(TOWERS)], schema=MATCHES)
    made.store.write_table(DATASET, made.snapshots[DATASET], "matches", matches, inputs="reviewed")
    words = {"key": "classes", "column": "sort", "term": "vattentorn", "item": None, "records": TOWERS}
    terms = pa.Table.from_pylist([words], schema=TERMS)
    made.store.write_table(DATASET, made.snapshots[DATASET], "terms", terms, inputs="termed")
    index = folder / "data" / "wikidata" / "index" / "2026-11-21"
    index.mkdir(parents=True)
    rows = [
        item(
            f"Q{_number(n, k)}",
            ("en", _candidate(n, k)),
            point=(59.0 + n / 20 + k / 300, 15.0 + k / 200),
            country="Q34",
            classes=["Q12518"],
            image=f"Tower {n}-{k}.jpg",
        )
        for n in range(TOWERS)
        for k in range(3)
    ]
    rows.append(item("Q12518", ("en", "water tower"), ("sv", "vattentorn"), description="a tower for water"))
    pq.write_table(pa.Table.from_pylist(rows, schema=ITEMS), index / "items.parquet")


def _site(n: int) -> Site:
    name = HOSTILE if n == 7 else f"Water tower of Testby {n}"
    about = {"type": "vattentorn", "municipality": "Testby", "lang": "sv" if n % 2 else "en"}
    level, task = ("at_risk", "unverified") if n == 3 else ("watch", None)
    found = Site(
        f"t/{n:02}", name, level, 59.0 + n / 20, 15.0, "Q34", causes=("natural",), task=task, record=about
    )
    return replace(found, disclosure="S3", rules=("R4",)) if found.id == COARSE else found


def _match(n: int) -> dict[str, Any]:
    candidates = [
        {
            "qid": f"Q{_number(n, k)}",
            "label": _candidate(n, k),
            "probability": 0.6 - k / 5,
            "distance_m": 40.0 + 400 * k,
            "features": [{"name": "name", "value": 0.9 - k / 4}],
            "reason": f"{'the same name' if not k else 'another name'}; {40 + 400 * k} metres away",
        }
        for k in range(3)
    ]
    return {
        "record_id": f"t/{n:02}",
        "decision": "review",
        "qid": None,
        "probability": 0.6,
        "reason": "two items come near",
        "candidates": candidates,
    }


def _candidate(n: int, k: int) -> str:
    return HOSTILE if n == 7 else (f"Testby water tower {n}", f"Old tower {n}", f"Church of Testby {n}")[k]


def _number(n: int, k: int) -> int:
    return 700_000 + 10 * n + k
