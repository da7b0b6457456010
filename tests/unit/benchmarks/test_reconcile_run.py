"""Reconciliation beside its peers: what is counted, what is asked for, what the page says."""

import argparse
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from apart import measured
from judging import Decided, best_f1, our_answers
from reconcile import run


def written(folder: Path) -> Path:
    """Five decisions: a right match, a wrong one, two reviews, a wrong "new"; and one that nobody judges."""
    rows = [
        ("a", "match", "Q1", [("Q1", 0.9)]),
        ("b", "match", "Q3", [("Q3", 0.8), ("Q2", 0.1)]),
        ("c", "review", None, [("Q9", 0.6), ("Q4", 0.4)]),
        ("d", "review", None, [("Q9", 0.3)]),
        ("e", "new", None, []),
        ("f", "match", "Q7", [("Q7", 0.9)]),
    ]
    table = [
        {
            "record_id": i,
            "decision": d,
            "qid": q,
            "candidates": [{"qid": c, "probability": p} for c, p in few],
        }
        for i, d, q, few in rows
    ]
    pq.write_table(pa.Table.from_pylist(table), folder / "matches.parquet")
    return folder / "matches.parquet"


TRUTH = {
    "a": frozenset({"Q1", "Q8"}),
    "b": frozenset({"Q2"}),
    "c": frozenset({"Q4"}),
    "d": frozenset(),
    "e": frozenset({"Q5"}),
}


def test_what_the_rules_decided_is_counted(tmp_path: Path) -> None:
    decided = Decided.of(written(tmp_path), TRUTH)
    assert decided == Decided(present=4, match=2, right=1, review=1, listed=1, wrong_new=1)
    both = Decided.together([decided, decided])
    assert both == Decided(8, 4, 2, 2, 2, 2)
    assert both.row().startswith("4 | 0.5000 (0.1500 to 0.8500) | 0.250 | 1.000 | 25.00%")


def test_f1_at_a_threshold_given_and_at_the_best(tmp_path: Path) -> None:
    answers = our_answers(written(tmp_path))
    assert best_f1(answers, TRUTH, 0.5) == (pytest.approx(2 / 7), 0.75)
    assert best_f1(answers, TRUTH, None) == (pytest.approx(2 / 5), 0.75)
    assert best_f1({}, TRUTH, None) == (0.0, 0.0)


def test_a_synthetic_set_is_asked_for_in_one_word() -> None:
    asked = run.Set.parse("one_language:2000:pl+ka:0.3")
    assert asked == run.Set("one_language", 2000, ["pl", "ka"], 0.3)
    assert asked.title == "synthetic one language (pl, ka), 2,000 records, identifiers on 30%"
    assert run.Set.parse("glam:50") == run.Set("glam", 50, None, 0.0)
    with pytest.raises(argparse.ArgumentTypeError, match="KIND one of multilingual"):
        run.Set.parse("church:100")


def test_the_page_is_made_by_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "benchmarks.md"
    command = ["run.py", "--synthetic", "one_language:80::0.5", "--sizes", "60", "--out", str(out)]
    monkeypatch.setattr("sys.argv", command)
    run.main()
    page = out.read_text(encoding="utf-8")
    title = "synthetic one language, 80 records, identifiers on 50%"
    for matcher in ("Heritage Guard", "exact identifier"):
        assert f"| {title} | {matcher} |" in page
    assert page.count(f"| {title} |") == 3
    assert "| 60 | 180 |" in page
    assert "nothing was trained on these draws (seed 1" in page


def test_peak_memory_is_that_of_the_script_alone(tmp_path: Path) -> None:
    taken = bytearray(400_000_000)
    script = tmp_path / "small.py"
    script.write_text("print('{}')")
    assert measured(sys.executable, script)["peak"] < 200
    assert len(taken) == 400_000_000
