# ruff: noqa: E501
"""Reconciliation beside its peers, on the same data in one run, written to docs/benchmarks.md.

    python -m venv /somewhere/peers
    /somewhere/peers/bin/pip install -r benchmarks/reconcile/requirements.txt
    PYTHONPATH=include:benchmarks python benchmarks/reconcile/run.py --peers /somewhere/peers/bin/python \
        --sets FOLDER_OF_SETS --synthetic 20000

Each runs in a process of its own. `--sets` holds folders with records.csv, items.jsonl and truth.csv; of the
judged records each answer is the best candidate. F1 of a peer is at the threshold that is best for it on that
very set, known afterwards; ours is at probability one half on every set. `--synthetic N` adds a synthetic
pair of N records and three times as many items in seven languages (benchmarks/reconcile/synthetic.py).
"""

import argparse
import csv
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from apart import measured

from heritage.adapters.labelled import read_labelled
from heritage.adapters.world import load_world
from heritage.reconcile.evaluation import wilson
from heritage.reconcile.text import fold

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))
import synthetic  # noqa: E402

PEERS = {
    "best_label": "Best label (as in OpenRefine)",
    "splink": "Splink 5 (DuckDB)",
    "recordlinkage": "recordlinkage",
}
Truth = dict[str, frozenset[str]]
Answers = dict[str, list[tuple[float, str]]]


def labelled_set(source: Path, folder: Path) -> Truth:
    labelled = read_labelled(
        source / "records.csv", source / "items.jsonl", source / "truth.csv",
        load_world(ROOT / "datasets" / "_vocabularies"),
    )  # fmt: skip
    pq.write_table(labelled.records, folder / "records.parquet")
    pq.write_table(labelled.items, folder / "items.parquet")
    return labelled.truth


def synthetic_set(folder: Path, records: int) -> Truth:
    synthetic.write(folder, records, 3 * records)
    with (folder / "truth.csv").open(encoding="utf-8") as lines:
        return {row["id"]: frozenset(filter(None, [row["qid"]])) for row in csv.DictReader(lines)}


def names_only(folder: Path) -> None:
    """What the peers get: folded names, the town added where the name lacks it, and one point."""
    rows = pq.read_table(folder / "records.parquet").to_pylist()
    names = []
    for row in rows:
        name, town = fold(row["name"] or ""), fold(row["municipality"] or "")
        names.append(name if town in name else f"{name} {town}")
    pq.write_table(
        pa.table(
            {"id": [r["record_id"] for r in rows], "name": names, "lat": [r["lat"] for r in rows],
             "lon": [r["lon"] for r in rows]}
        ),
        folder / "record_names.parquet",
    )  # fmt: skip
    found = []
    for batch in pq.ParquetFile(folder / "items.parquet").iter_batches():
        for item in batch.to_pylist():
            point = (item["points"] or [{"lat": None, "lon": None}])[0]
            texts = {fold(t["text"] or "") for t in (item["labels"] or []) + (item["aliases"] or [])}
            found += [(item["qid"], text, point["lat"], point["lon"]) for text in sorted(texts) if text]
    columns = dict(zip(("qid", "name", "lat", "lon"), map(list, zip(*found, strict=True)), strict=True))
    pq.write_table(pa.table({"row": np.arange(len(found)), **columns}), folder / "item_names.parquet")


def answers_of(path: Path) -> Answers:
    found: Answers = {}
    for row in pq.read_table(path).to_pylist():
        found.setdefault(row["id"], []).append((row["score"], row["qid"]))
    return found


def best_f1(answers: Answers, truth: Truth, fixed: float | None) -> tuple[float, float]:
    """F1 of the best candidates at a fixed threshold or at the best one, and truth among five."""
    present = sum(bool(right) for right in truth.values())
    best = sorted(
        ((score, qid in truth[record]) for record, few in answers.items() if record in truth for score, qid in few[:1]),
        reverse=True,
    )  # fmt: skip
    scores = np.array([score for score, _ in best])
    right = np.cumsum([good for _, good in best])
    f1 = 2 * right / (np.arange(1, len(best) + 1) + present)
    listed = sum(any(q in right_ for _, q in answers.get(r, [])[:5]) for r, right_ in truth.items() if right_)
    if not len(best):
        return 0.0, 0.0
    if fixed is None:
        last = np.append(scores[1:] != scores[:-1], True)
        return float(f1[last].max()), listed / present
    above = int((scores >= fixed).sum())
    return float(f1[above - 1]) if above else 0.0, listed / present


def automatic(folder: Path, truth: Truth) -> str:
    """What the shipped rules decide: precision with its interval, recall, review and new."""
    rows = pq.read_table(folder / "decisions.parquet").to_pylist()
    judged = [row for row in rows if row["record_id"] in truth]
    present = sum(bool(right) for right in truth.values())
    match = [row for row in judged if row["decision"] == "match"]
    right = sum(row["qid"] in truth[row["record_id"]] for row in match)
    answers = answers_of(folder / "heritage_guard.parquet")
    review = [r for r in judged if r["decision"] == "review" and truth[r["record_id"]]]
    listed = sum(
        any(q in truth[r["record_id"]] for _, q in answers.get(r["record_id"], [])[:5]) for r in review
    )
    wrong_new = sum(bool(truth[row["record_id"]]) for row in judged if row["decision"] == "new")
    low, high = wilson(right, len(match)) if match else (0.0, 0.0)
    return (
        f"{len(match)} | {right / max(len(match), 1):.4f} ({low:.4f} to {high:.4f}) | {right / present:.3f} | "
        f"{listed / max(len(review), 1):.3f} | {wrong_new / present:.2%}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", help="Python of an environment with benchmarks/reconcile/requirements.txt")
    parser.add_argument("--sets", type=Path)
    parser.add_argument("--synthetic", type=int, default=0)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md")
    given = parser.parse_args()
    beside: list[str] = []
    decided: list[str] = []
    with tempfile.TemporaryDirectory(prefix="heritage-benchmark-") as scratch:
        names = (
            sorted(p.name for p in given.sets.iterdir() if (p / "truth.csv").exists()) if given.sets else []
        )
        for name in [*names, *(["synthetic"] if given.synthetic else [])]:
            folder = Path(scratch) / name
            folder.mkdir()
            if name == "synthetic":
                truth, title = (
                    synthetic_set(folder, given.synthetic),
                    f"synthetic, {given.synthetic:,} records",
                )
            else:
                truth, title = labelled_set(given.sets / name, folder), name
            names_only(folder)
            count = pq.read_metadata(folder / "records.parquet").num_rows
            turns = [("heritage_guard", "Heritage Guard", sys.executable, HERE / "ours.py", [str(folder)])]
            turns += [
                (key, label, given.peers, HERE / "peers.py", [str(folder), key])
                for key, label in PEERS.items() if given.peers
            ]  # fmt: skip
            for key, label, python, script, arguments in turns:
                used = measured(python, script, *arguments)
                f1, listed = best_f1(
                    answers_of(folder / f"{key}.parquet"), truth, 0.5 if key == "heritage_guard" else None
                )
                beside.append(
                    f"| {title} | {label} | {f1:.3f} | {listed:.3f} | {count / used['seconds']:,.0f} | "
                    f"{used['cpu']:.0f} | {used['peak']:,.0f} |"
                )
                print(beside[-1], flush=True)
            decided.append(f"| {title} | {automatic(folder, truth)} |")
            print(decided[-1], flush=True)
    given.out.write_text(page(beside, decided), encoding="utf-8")


def page(beside: list[str], decided: list[str]) -> str:
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "## Reconciliation",
            "",
            f"Measured on {datetime.now(UTC):%Y-%m-%d}, {machine}, with `benchmarks/reconcile/run.py`; load of "
            f"the machine at the end {os.getloadavg()[0]:.1f}. Index building is counted.",
            "",
            "F1 is that of the best candidate of each record: a peer's at the threshold that is best for it on "
            "that very set, known afterwards; ours at probability one half on every set. The shipped model has "
            "been trained on the half of the truth of de-libraries and ancient-places that these rows judge, so "
            "they tell how it fits them; figures out of fold stand in `benchmarks/reconcile/report.txt`. It "
            "has never seen the synthetic set, though three of its rules were found there. No set carries an "
            "identifier that both sides have, so matching by identifier alone is not measured.",
            "",
            "| set | matcher | F1 | truth among 5 | records a second | seconds of CPU | peak MB |",
            "|---|---|---|---|---|---|---|",
            *beside,
            "",
            "What the shipped rules decide without a person (thresholds are the same on every set):",
            "",
            "| set | matches | precision (95 % interval) | recall | truth listed in review | wrong new |",
            "|---|---|---|---|---|---|",
            *decided,
            "",
        ]
    )


if __name__ == "__main__":
    main()
