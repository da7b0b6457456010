"""Reconciliation beside its peers, on the same data in one run, written to docs/benchmarks.md.

    python -m venv /somewhere/peers
    /somewhere/peers/bin/pip install -r benchmarks/reconcile/requirements.txt
    PYTHONPATH=include:benchmarks python benchmarks/reconcile/run.py --peers /somewhere/peers/bin/python \
        --sets FOLDER_OF_SETS --synthetic multilingual:10000 multilingual:10000::0.3 one_language:5000:en \
        one_language:5000:ka damage:5000 glam:5000 multilingual:200000 --sizes 10000,100000,1000000

That is what the published page is made by, on an otherwise idle machine: about twenty minutes on two cores,
and 8 GB. The largest size alone takes about five, most of them to make its three million items up.

Each runs in a process of its own. `--sets` holds folders with records.csv, items.jsonl and truth.csv; of the
judged records each answer is the best candidate. F1 of a peer is at the threshold that is best for it on that
very set, known afterwards; ours is at probability one half on every set. `--synthetic` adds sets of
benchmarks/reconcile/synthetic.py, each KIND:RECORDS[:LANGUAGES[:IDENTIFIERS]] with the languages joined by
"+" and the share of items that carry the register's id; there are three times as many items as records.
`--sizes` measures ours alone on multilingual sets of so many records.
"""

import argparse
import csv
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from apart import measured

from heritage.adapters.labelled import read_labelled
from heritage.adapters.world import load_world
from heritage.reconcile.text import fold

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))
import synthetic  # noqa: E402
from document import Beside, Sized, page  # noqa: E402
from files import PROPERTY  # noqa: E402
from judging import Decided, Truth, answers_of, best_f1, our_answers  # noqa: E402

PEERS = {
    "best_label": "Best label (as in OpenRefine)",
    "splink": "Splink 5 (DuckDB)",
    "recordlinkage": "recordlinkage",
}
LARGEST = {"recordlinkage": 50_000}
"""Records beyond which a peer is not asked: its blocks grow with the square of the set."""
ITEMS_PER_RECORD = 3
WHOLE_WAY = "## The whole way"
"""The section of the page that `benchmarks/way` writes."""


@dataclass(frozen=True)
class Set:
    """A synthetic set as it is asked for."""

    kind: str
    records: int
    languages: list[str] | None
    identifiers: float

    @classmethod
    def parse(cls, text: str) -> "Set":
        kind, records, languages, identifiers = [*text.split(":"), "", "", ""][:4]
        if kind not in synthetic.SETS or not records.isdigit():
            raise argparse.ArgumentTypeError(
                f"{text!r}: give KIND:RECORDS[:LANGUAGES[:IDENTIFIERS]], "
                f"KIND one of {', '.join(synthetic.SETS)}."
            )
        return cls(kind, int(records), languages.split("+") if languages else None, float(identifiers or 0))

    @property
    def title(self) -> str:
        spoken = f" ({', '.join(self.languages)})" if self.languages else ""
        carried = f", identifiers on {self.identifiers:.0%}" if self.identifiers else ""
        return f"synthetic {self.kind.replace('_', ' ')}{spoken}, {self.records:,} records{carried}"

    def write(self, folder: Path, seed: int) -> Truth:
        synthetic.write(
            folder,
            self.records,
            ITEMS_PER_RECORD * self.records,
            self.kind,
            self.languages,
            seed,
            self.identifiers,
        )
        with (folder / "truth.csv").open(encoding="utf-8") as lines:
            return {row["id"]: frozenset(filter(None, [row["qid"]])) for row in csv.DictReader(lines)}


def labelled_set(source: Path, folder: Path) -> Truth:
    labelled = read_labelled(
        source / "records.csv", source / "items.jsonl", source / "truth.csv",
        load_world(ROOT / "datasets" / "_vocabularies"),
    )  # fmt: skip
    pq.write_table(labelled.records, folder / "records.parquet")
    pq.write_table(labelled.items, folder / "items.parquet")
    return labelled.truth


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
    found: list[tuple[Any, ...]] = []
    for batch in pq.ParquetFile(folder / "items.parquet").iter_batches():
        for item in batch.to_pylist():
            if item["context"]:
                continue
            point = (item["points"] or [{"lat": None, "lon": None}])[0]
            texts = {fold(t["text"] or "") for t in (item["labels"] or []) + (item["aliases"] or [])}
            found += [(item["qid"], text, point["lat"], point["lon"]) for text in sorted(texts) if text]
    columns = dict(zip(("qid", "name", "lat", "lon"), map(list, zip(*found, strict=True)), strict=True))
    pq.write_table(pa.table({"row": np.arange(len(found)), **columns}), folder / "item_names.parquet")


def compared(folder: Path, truth: Truth, title: str, given: argparse.Namespace) -> Iterator[Beside]:
    """A row of each matcher on one set."""
    records = pq.read_metadata(folder / "records.parquet").num_rows

    def row(label: str, used: dict[str, float], f1: float, listed: float) -> Beside:
        return Beside(title, label, f1, listed, records / used["seconds"], used["cpu"], used["peak"])

    used = measured(sys.executable, HERE / "ours.py", str(folder), PROPERTY)
    yield row("Heritage Guard", used, *best_f1(our_answers(folder / "matches.parquet"), truth, 0.5))
    if "identifiers on" in title:
        used = measured(sys.executable, HERE / "by_identifier.py", str(folder), PROPERTY)
        yield row(
            "exact identifier", used, *best_f1(answers_of(folder / "by_identifier.parquet"), truth, None)
        )
    if not given.peers:
        return
    names_only(folder)
    for key, label in PEERS.items():
        if records <= LARGEST.get(key, records):
            used = measured(given.peers, HERE / "peers.py", str(folder), key)
            yield row(label, used, *best_f1(answers_of(folder / f"{key}.parquet"), truth, None))


def sized(folder: Path, records: int) -> Sized:
    """Ours alone on a multilingual set of so many records."""
    synthetic.write(folder, records, ITEMS_PER_RECORD * records)
    used = measured(sys.executable, HERE / "ours.py", str(folder))
    return Sized(records, ITEMS_PER_RECORD * records, used["index"], used["seconds"], used["peak"])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--peers", help="Python of an environment with benchmarks/reconcile/requirements.txt")
    parser.add_argument("--sets", type=Path, help="folder of labelled sets")
    parser.add_argument("--only", nargs="+", help="names of labelled sets in it, instead of all")
    parser.add_argument("--synthetic", nargs="+", type=Set.parse, default=[], metavar="KIND:RECORDS")
    parser.add_argument(
        "--seed", type=int, default=synthetic.JUDGED, help="of the synthetic sets but multilingual"
    )
    parser.add_argument("--sizes", type=lambda text: [int(n) for n in text.split(",")], default=[])
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md")
    given = parser.parse_args()
    beside: list[Beside] = []
    labelled: dict[str, Decided] = {}
    made: dict[str, Decided] = {}
    found = sorted(p for p in given.sets.iterdir() if (p / "truth.csv").exists()) if given.sets else []
    for chosen in [*(p for p in found if p.name in (given.only or [p.name])), *given.synthetic]:
        with tempfile.TemporaryDirectory(prefix="heritage-benchmark-") as scratch:
            folder = Path(scratch)
            if isinstance(chosen, Set):
                seed = synthetic.multilingual.SEED if chosen.kind == "multilingual" else given.seed
                title, truth, decided = chosen.title, chosen.write(folder, seed), made
            else:
                title, truth, decided = chosen.name, labelled_set(chosen, folder), labelled
            for row in compared(folder, truth, title, given):
                beside.append(row)
                print(row.text(), flush=True)
            decided[title] = Decided.of(folder / "matches.parquet", truth)
            print(f"| {title} | {decided[title].row()} |", flush=True)
    sizes = []
    for records in given.sizes:
        with tempfile.TemporaryDirectory(prefix="heritage-benchmark-") as scratch:
            sizes.append(sized(Path(scratch), records))
            print(sizes[-1].text(), flush=True)
    rest = given.out.read_text(encoding="utf-8").partition(WHOLE_WAY) if given.out.exists() else ("", "", "")
    own = page(beside, labelled, made, sizes, given.seed)
    given.out.write_text("\n".join(filter(None, [own, "".join(rest[1:])])), encoding="utf-8")


if __name__ == "__main__":
    main()
