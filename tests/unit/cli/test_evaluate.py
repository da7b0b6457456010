"""`heritage evaluate reconcile`: figures on stdout, faults on stderr, never a traceback."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from heritage.cli.evaluate import evaluate_app
from teaching_examples import PLACES

RECORDS = """id,name,lang,lat,lon,municipality,type,country,alt_names,extra
1,Wolvercote Paper Mill,en,52.41234,-1.51234,,,GB,,x
2,Qasr al-Azraq,ar,31.88,36.83,,,JO,قصر الأزرق,x
3,Garsington Manor,en,51.7131,-1.16204,,,Q145,,x
"""
ITEMS = [
    {
        "qid": "Q1",
        "labels": {"en": "Wolvercote Paper Mill"},
        "points": [[52.4123, -1.5123]],
        "country": "Q145",
    },
    {"qid": "Q3", "labels": {"en": "Garsington Manor"}, "lat": 51.7132, "lon": -1.1620, "country": "GB"},
]
TRUTH = "id,qid\n1,Q1|Q9\n2,\n3,Q3\n"


def run(
    folder: Path, records: str = RECORDS, items: str | None = None, truth: str = TRUTH, *more: str
) -> Any:
    files = {"r.csv": records, "i.jsonl": items, "t.csv": truth}
    files["i.jsonl"] = "\n".join(map(json.dumps, ITEMS)) if items is None else items
    for name, text in files.items():
        (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    paths = [str(folder / name) for name in files]
    arguments = ["reconcile", "--records", paths[0], "--index", paths[1], "--truth", paths[2], *more]
    return CliRunner().invoke(evaluate_app, arguments)


def test_json_is_all_there_is_on_stdout(tmp_path: Path) -> None:
    done = run(tmp_path, RECORDS, None, TRUTH, "--json")
    assert done.exit_code == 0
    figures = json.loads(done.stdout)
    assert figures["records"] == figures["judged"] == 3
    assert figures["present"] == figures["match"] == figures["match_right"] == 2
    assert figures["precision"] == figures["recall"] == 1.0
    assert figures["precision_low"] < 0.5
    assert (figures["new"], figures["new_wrong"], figures["review"]) == (1, 0, 0)
    assert figures["rows_per_second"] > 0
    assert figures["peak_memory_mb"] > 0


def test_weights_may_be_learned_from_the_records_themselves(tmp_path: Path) -> None:
    few = run(tmp_path, RECORDS, None, TRUTH, "--json", "--weights", "learned_here")
    assert json.loads(few.stdout)["weights"] == "shipped"
    assert "Nothing learned, the shipped weights decide: only 2 records have candidates" in few.stderr

    records = "id,name,lat,lon\n" + "".join(f"{p.id},{p.name},{p.lat},{p.lon}\n" for p in PLACES)
    items = "\n".join(
        json.dumps({"qid": p.qid, "labels": {"en": p.name}, "points": [[p.item_lat, p.lon]]})
        for p in PLACES
        if p.qid
    )
    truth = "id,qid\n" + "".join(f"{p.id},{p.qid or ''}\n" for p in PLACES)
    many = run(tmp_path, records, items, truth, "--json", "--weights", "learned_here")
    figures = json.loads(many.stdout)
    assert figures["weights"] == "learned_here"
    assert figures["precision"] == 1.0
    assert figures["match"] > 100
    assert "Learned: " in many.stderr


def test_a_table_for_people(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.exit_code == 0
    assert "Automatic matches" in done.stdout
    assert "2, of them 2 right" in done.stdout
    assert "shipped" in done.stdout


@pytest.mark.parametrize(
    ("records", "items", "truth", "says"),
    [
        ("", None, TRUTH, "r.csv, header: no column id or name"),
        ("id,title\n1,x\n", None, TRUTH, "r.csv, header: no column name"),
        (RECORDS, None, "id,item\n", "t.csv, header: no column qid"),
        ("id,name\n1,\udcff\n", None, TRUTH, "r.csv: not UTF-8"),
        (RECORDS, "\udcff", TRUTH, "i.jsonl: not UTF-8"),
    ],
)
def test_a_file_that_is_no_such_table(
    tmp_path: Path, records: str, items: str, truth: str, says: str
) -> None:
    done = run(tmp_path, records, items, truth)
    assert done.exit_code == 2
    assert says in done.stderr


def test_a_missing_file(tmp_path: Path) -> None:
    here = str(tmp_path / "none")
    done = CliRunner().invoke(
        evaluate_app, ["reconcile", "--records", here, "--index", here, "--truth", here]
    )
    assert done.exit_code == 2
    assert "cannot be read" in done.stderr


def test_bad_rows_are_put_aside_and_named(tmp_path: Path) -> None:
    records = RECORDS + "1,again,,,,,,,,\n,no id,,,,,,,,\n5,Far out,en,95,200,,,,,\n6,Half,en,5x,2,,,,,\n"
    items = "\n".join([json.dumps(ITEMS[0]), "{broken", '{"qid": "42"}', json.dumps(ITEMS[0]), "7", "null"])
    items += '\n{"qid": "Q7", "labels": ["x"]}\n{"qid": "Q8", "points": [[99, 0]]}\n'
    done = run(tmp_path, records, items, TRUTH + "99,Q1\n1,Q1\n5,nonsense\n", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["put_aside"] == 14
    for told in (
        "r.csv, row 4, field id: '1' stands on an earlier row",
        "r.csv, row 5, field id: empty",
        "r.csv, row 6, field lat/lon: '95', '200' lie outside the globe",
        "r.csv, row 7, field lat/lon: '5x', '2' are not two numbers",
        "i.jsonl, row 2, not JSON",
        "i.jsonl, row 3, field qid",
        "and 4 more rows",
    ):
        assert told in done.stderr


@pytest.mark.parametrize(
    "name",
    ["", " ", "🏰🏰", "x" * 5000, "بيت الحكمة \u202e\u200f", "\u0000", "=cmd()", "<b>", "'\"", "(((", "/"],
)
def test_hostile_names(tmp_path: Path, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    items = json.dumps({"qid": "Q1", "labels": {"en": name}, "points": [[1, 2]]})
    done = run(
        tmp_path, f"id,name,lat,lon\n1,{quoted},1,2\n2,{quoted},,\n", items, "id,qid\n1,Q1\n", "--json"
    )
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["records"] == 2


def test_an_empty_index(tmp_path: Path) -> None:
    done = run(tmp_path, RECORDS, "", TRUTH, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["new"] == 3


SHARED = (
    Path(os.environ.get("HERITAGE_SHARED_DATA", Path(__file__).parents[3].parent / "shared/data"))
    / "benchmark"
)


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "weights", "recall"),
    [
        ("de-libraries", "shipped", 0.66),
        ("ancient-places", "shipped", 0.62),
        ("de-libraries", "learned_here", None),  # without places they only rank
        ("ancient-places", "learned_here", 0.44),
    ],
)
def test_labelled_sets(name: str, weights: str, recall: float | None) -> None:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"{folder} is missing: set HERITAGE_SHARED_DATA to the folder of shared data")
    paths = [
        "--records",
        folder / "records.csv",
        "--index",
        folder / "items.jsonl",
        "--truth",
        folder / "truth.csv",
        "--weights",
        weights,
    ]
    done = CliRunner().invoke(evaluate_app, ["reconcile", *map(str, paths), "--json"])
    figures = json.loads(done.stdout)
    assert figures["weights"] == weights
    if recall is None:
        assert figures["match"] == 0
        assert figures["review_with_truth_share"] >= 0.9
    else:
        assert figures["precision"] >= 0.99
        assert figures["recall"] >= recall
    assert figures["new_wrong"] <= 0.01 * figures["judged"]
