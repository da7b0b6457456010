"""How long it takes to flag 400,000 records.

Usage: PYTHONPATH=include .venv/bin/python benchmarks/flag/measure.py [RECORDS]

A made-up register has a column of evidence of its own, filled in a tenth of the rows with four values and a
date in 500 ways; an at-risk register speaks of one record in twenty. Told apart: reading the register's own
column, gathering (with what the at-risk register says), weighing, disclosure, everything, and everything
once more with nothing new.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.adapters.files import FileStore
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.adapters.world import load_world
from heritage.model.tables import RECORDS
from heritage.ports.files import FetchedFile, Pulled
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec
from heritage.steps import flag as flagging
from heritage.steps.flag import flag
from heritage.steps.flag_register import flag_register
from heritage.steps.flagging import Flagging
from heritage.steps.gather import Others

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FACTS: dict[str, Any] = {
    "title": "Made up",
    "publisher": {"name": "Nobody"},
    "maintainers": ["nobody"],
    "sample": "synthetic",
    "licence": {"id": "CC0-1.0", "evidence": "https://example.org"},
    "harvest": {"protocol": "csv", "url": "https://example.org/list.csv"},
    "checks": {"rows": [0, 10_000_000]},
}
OWN = FACTS | {
    "id": "xx_records",
    "kind": "monument",
    "record": {"id": "id", "name": {"en": "name"}},
    "item": {"identifier": "P1216", "country": "Q145"},
    "risk": [{"scheme": "eamena_condition", "field": "state", "observed": "seen"}],
}
LISTED = FACTS | {
    "id": "xx_at_risk",
    "kind": "at_risk",
    "record": {"id": "id", "name": {"en": "name"}},
    "risk": [{"scheme": "unosat", "field": "damage"}],
    "subjects": [{"property": "P1216", "id": "of"}],
}


class Clock:
    def now(self) -> datetime:
        return NOW


def register(facts: dict[str, Any], rows: list[dict[str, str]], store: FileStore, folder: Path) -> LoadedSpec:
    """Described, captured and mapped."""
    loaded = LoadedSpec(DatasetSpec.model_validate(facts), folder / f"{facts['id']}.yaml")
    (folder / "list.csv").write_text(facts["id"])
    pulled = Pulled([FetchedFile("list.csv", folder / "list.csv", "https://example.org/list.csv")])
    capture, _ = store.capture(loaded.spec, pulled, NOW)
    ids = [row["id"] for row in rows]
    place = np.random.default_rng(1)
    columns: dict[str, Any] = {
        "dataset": [facts["id"]] * len(rows),
        "record_id": ids,
        "kind": [facts["kind"]] * len(rows),
        "name": [f"Church {key}" for key in ids],
        "names": [[{"lang": "en", "text": f"Church {key}"}] for key in ids],
        "lat": place.uniform(51, 55, len(rows)),
        "lon": place.uniform(-3, 0, len(rows)),
        "precision_m": [10.0] * len(rows),
        "place_method": ["given"] * len(rows),
        "source_row": [json.dumps(row) for row in rows],
    }
    arrays = [pa.array(columns.get(f.name, [None] * len(rows)), f.type) for f in RECORDS]
    store.write_table(
        loaded.spec.id, capture.snapshot, "records", pa.Table.from_arrays(arrays, schema=RECORDS), "x"
    )
    store.write_json(loaded.spec.id, capture.snapshot, "checks", {"compared_with": None})
    store.mark_good(loaded.spec.id, capture.snapshot, NOW)
    return loaded


def measured(times: dict[str, float], name: str, work: Callable[..., Any]) -> Callable[..., Any]:
    def run(*given: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return work(*given, **named)
        finally:
            times[name] = times.get(name, 0.0) + time.perf_counter() - began

    return run


@contextmanager
def watched(times: dict[str, float]) -> Iterator[None]:
    for module, name in (
        (flagging, "own_evidence"),
        (flagging, "_gathered"),
        (flagging, "assess"),
        (flagging, "disclose"),
    ):
        setattr(module, name, measured(times, name, getattr(module, name)))
    yield


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 400_000
    states = ["Good", "Fair", "Poor", "Very Bad"]
    filler = "x" * 400
    rows = [
        {
            "id": str(n),
            "name": f"Church {n}",
            "state": states[n % 4] if n % 10 == 0 else "",
            "seen": (date(2026, 1, 1) - timedelta(days=n % 500)).isoformat(),
            "text": filler,
        }
        for n in range(count)
    ]
    listed = [
        {"id": f"r{n}", "name": "x", "damage": "Moderately damaged", "of": str(n)}
        for n in range(0, count, 20)
    ]
    with tempfile.TemporaryDirectory() as name:
        folder, store = Path(name), FileStore(f"{name}/data")
        vocabularies = YamlVocabularies(ROOT / "datasets" / "_vocabularies")
        world = load_world(ROOT / "datasets" / "_vocabularies")
        at_risk = register(LISTED, listed, store, folder)
        loaded = register(OWN, rows, store, folder)
        good = [store.last_good(one.spec.id) or "" for one in (at_risk, loaded)]
        times: dict[str, float] = {}
        measured(times, "flag_register", flag_register)(
            at_risk, good[0], store=store, vocabularies=vocabularies, world=world
        )
        given = Flagging(store, vocabularies, Clock(), world, Others(registers=[at_risk]))
        with watched(times):
            for again in ("everything", "nothing new"):
                flagged = measured(times, again, flag)(loaded, good[1], given)
    print(f"{count:,} records, {flagged.evidence:,} pieces of evidence, {flagged.at_risk:,} at risk")
    for what, seconds in times.items():
        print(f"{what:16} {seconds:6.2f} s")


if __name__ == "__main__":
    main()
