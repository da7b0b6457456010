"""How long it takes to publish a million records, and how much memory.

Usage: PYTHONPATH=include .venv/bin/python benchmarks/publish/measure.py [RECORDS]

A made-up register, one record in twenty of which is told with a cell only. Told apart: publishing, and the
same once more, when nothing is new.
"""

import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from heritage.adapters.exports.published import PublishedFolder
from heritage.adapters.files import FileStore
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.licence.gate import Facts
from heritage.licence.leaving import Leaves
from heritage.licence.permission import Target
from heritage.model.tables import MATCHES, PROTECTED, RECORDS, RISK
from heritage.ports.files import FetchedFile, Pulled
from heritage.spec.loader import LoadedSpec, load_specs
from heritage.steps.publish import publish

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NAMES = [{"lang": "en", "text": "Church of Saint Mary"}]
RECORD = {"dataset": "x", "kind": "monument", "name": "Church of Saint Mary", "lang": "en", "names": NAMES}
RECORD |= {"lat": 51.123456, "lon": -1.5, "precision_m": 1.0, "address": "1 Lane", "municipality": "Town"}
RULING = {
    "level": "watch",
    "explanation": ".",
    "disclosure_reason": "",
    "disclosure_rules": [],
    "disclosure_basis": "rules",
}


def many(row: dict[str, Any], schema: pa.Schema, records: int, **columns: Any) -> pa.Table:
    """The row, so many times, with these columns of its own."""
    table = pa.Table.from_pylist([row], schema=schema).take(pa.array([0] * records))
    for name, values in columns.items():
        table = table.set_column(schema.get_field_index(name), schema.field(name), pa.array(values))
    return table


def main(records: int) -> None:
    loaded: LoadedSpec = next(one for one in load_specs(ROOT / "datasets")[0] if one.spec.proposes)
    spec, ids = loaded.spec, [str(number) for number in range(records)]
    licences = YamlVocabularies(ROOT / "datasets/_vocabularies").licences()
    facts = Facts(spec.id, "CC0-1.0", spec.licence.evidence, "A register", "gb")
    leaves = Leaves(Target.EXPORT, licences, (), date(2026, 11, 22), lambda _: facts)
    with tempfile.TemporaryDirectory(prefix="heritage-benchmark-") as folder:
        store = FileStore(f"{folder}/data")
        file = Path(folder) / "list.csv"
        file.write_text("made up")
        pulled = Pulled([FetchedFile("list.csv", file, "https://register.example/list.csv")])
        snapshot = store.capture(spec, pulled, NOW)[0].snapshot
        classes = ["S0" if number % 20 else "S1" for number in range(records)]
        matched = {"decision": "match", "reason": ""}
        for name, table in (
            ("records", many(RECORD, RECORDS, records, record_id=ids)),
            ("risk", many(RULING, RISK, records, record_id=ids, disclosure=classes)),
            ("matches", many(matched, MATCHES, records, record_id=ids, qid=[f"Q{one}" for one in ids])),
            ("protected", PROTECTED.empty_table()),
        ):
            store.write_table(spec.id, snapshot, name, table, name)
        store.mark_good(spec.id, snapshot, NOW)
        place = PublishedFolder(f"{folder}/open", "https://open.example")
        for what in ("publish", "again"):
            began = time.perf_counter()
            done = publish(loaded, store=store, leaves=leaves, basis="rules", publisher=place)
            took = time.perf_counter() - began
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            print(f"{what}: {done.records:,} records, {took:.1f} s, {most:.2f} GB at most")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
