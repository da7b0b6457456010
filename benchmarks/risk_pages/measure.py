"""How long the pages on risk take with 100,000 flagged records, and how large what they send is.

Usage: PYTHONPATH=include .venv/bin/python benchmarks/risk_pages/measure.py [RECORDS]

A made-up register in the British Isles: half of the records have evidence of every level, a sixteenth is
withheld, as many are in each other class. The first page reads everything; it is kept until a table changes.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import yaml
from fastapi.testclient import TestClient

from heritage.adapters.files import FileStore
from heritage.model.tables import EVIDENCE, RECORDS, RISK, TASKS
from heritage.ports.files import FetchedFile, Pulled
from heritage.spec.dataset import DatasetSpec
from heritage.web.app import create_app
from heritage.web.bound import services
from heritage.wiring.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DATASET = "gb_bench"
DESCRIPTION = {
    "id": DATASET,
    "title": "Benchmark",
    "publisher": {"name": "Benchmark"},
    "kind": "monument",
    "maintainers": ["bench"],
    "sample": "synthetic",
    "licence": {"id": "CC0-1.0", "evidence": "https://example.org/licence"},
    "harvest": {"protocol": "csv", "url": "https://example.org/list.csv"},
    "record": {"id": "id", "name": {"en": "name"}},
    "item": {"identifier": "P1216", "country": "Q145"},
    "checks": {"rows": [0, 10_000_000]},
}
LEVELS = ["unknown", "none_known", "watch", "vulnerable", "at_risk", "critical", "lost"]
CAUSES = ["natural", "looting-illegal-activities", "building-and-development", "military-armed-conflict"]
AT = datetime(2026, 11, 20, tzinfo=UTC)


def table(schema: pa.Schema, rows: int, **columns: Any) -> pa.Table:
    """A table of the schema; a column that is not given is null, a single value stands in every row."""

    def column(field: pa.Field) -> pa.Array:
        value = columns.get(field.name)
        if isinstance(value, list | np.ndarray):
            return pa.array(value, field.type)
        return pa.array([value] * rows, field.type)

    return pa.table([column(field) for field in schema], schema=schema)


def write(folder: Path, many: int) -> None:
    """The tables of a flagged snapshot."""
    rng = np.random.default_rng(1)
    ids = [f"R/{i:07}" for i in range(many)]
    level = np.array(LEVELS)[rng.choice(7, many, p=[0.5, 0.1, 0.1, 0.1, 0.15, 0.04, 0.01])]
    ruling = rng.choice(["S0", "S1", "S2", "S3", "S4", "S5"], many, p=[0.7, *[0.06] * 5])
    said = [ids[i] for i in np.flatnonzero(level != "unknown")]
    names = [f"Church of St {i}" for i in range(many)]
    tables = {
        "records": table(
            RECORDS, many, dataset=DATASET, record_id=ids, kind="monument", name=names, lang="en",
            names=[[{"lang": "en", "text": name}] for name in names], country="Q145", precision_m=10.0,
            municipality=[f"Town {i % 400}" for i in range(many)], url="https://example.org/entry",
            address=[f"{i} Street" for i in range(many)],
            lat=rng.uniform(50, 58, many), lon=rng.uniform(-6, 1.8, many),
        ),
        "evidence": table(
            EVIDENCE, len(said), evidence_id=[f"e{i}" for i in range(len(said))], record_id=said,
            axis="state", scheme="eamena_condition", scheme_version=1, raw_value="Poor", meaning="poor",
            level=3, reliability="A", credibility=2, cap=5,
            causes=[[CAUSES[i % 4]] for i in range(len(said))],
            observed=[date(2026 - i % 5, 3, 1) for i in range(len(said))], valid_until=date(2035, 1, 1),
            source="A survey", url="https://example.org/survey", register=DATASET, snapshot="s",
            licence="CC0-1.0", independence_group="survey", relation="same", disclosable=True, assessor="",
            status="live", close_reason="",
        ),
        "tasks": table(
            TASKS, many // 50, task_id=[f"t{i}" for i in range(many // 50)], record_id=ids[: many // 50],
            kind="recheck", question="How is it now?", since=date(2026, 1, 1),
        ),
        "risk": table(
            RISK, many, record_id=ids, level=level, confidence="high", support=rng.uniform(0, 1, many),
            explanation="At risk (high confidence): poor (A survey, seen 2026-03-01); support 0.75.",
            flags=[["stale"] if i % 17 == 0 else [] for i in range(many)],
            disclosure=ruling, disclosure_rules=[[]] * many, disclosure_reason="as made up",
            review_by=date(2028, 1, 1), area_degrees=0.2, disclosure_basis="x",
        ),
    }  # fmt: skip
    path = folder / "datasets" / "gb" / DATASET / f"{DATASET}.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(yaml.safe_dump(DESCRIPTION), encoding="utf-8")
    (folder / "datasets" / "_vocabularies").symlink_to(ROOT / "datasets" / "_vocabularies")
    (folder / "list.csv").write_bytes(b"id")
    store = FileStore(str(folder / "data"))
    fetched = Pulled([FetchedFile("list.csv", folder / "list.csv", "https://example.org/list.csv")])
    snapshot = store.capture(DatasetSpec.model_validate(DESCRIPTION), fetched, AT)[0].snapshot
    for name, content in tables.items():
        store.write_table(DATASET, snapshot, name, content, inputs=name)
    store.mark_good(DATASET, snapshot, AT)


class Reader:
    """Somebody who is logged in."""

    name, role, roles = "Ada", "user", ("user",)


def main() -> None:
    """Prints seconds and bytes."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), many)
        settings = Settings(data_url=f"{folder}/data", datasets=Path(folder) / "datasets")
        pages = TestClient(create_app(services(settings), Reader, "a secret"))

        def tell(what: str, path: str, get: Callable[..., Any] = pages.get) -> None:
            began = time.perf_counter()
            answer = get(path)
            print(f"{what:34} {time.perf_counter() - began:7.3f} s {len(answer.content):10,} bytes")

        print(f"{many:,} records")
        tell("first page, everything is read", "/risk")
        tell("the same once more", "/risk")
        tell("critical ones with one cause", "/risk?level=critical&cause=natural")
        tell("last page of the list", "/risk?page=999999")
        tell("map of the world", "/risk/places.geojson?zoom=1")
        tell("map of the country", "/risk/places.geojson?west=-8&south=49&east=3&north=59&zoom=6")
        tell("map of a town", "/risk/places.geojson?west=-1&south=52&east=-0.6&north=52.2&zoom=10")
        tell("outlines of the country", "/risk/countries.geojson?west=-8&south=49&east=3&north=59&zoom=6")
        tell("a site", "/risk/gb_bench/R%2F0000002")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB at most")


if __name__ == "__main__":
    main()
