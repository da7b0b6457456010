"""Why a record was matched: all that may be told, and of what is kept back nothing that leads to it."""

import math
from pathlib import Path

import pytest

from heritage.adapters.reports.match_words import NOT_TOLD, WEIGHTS, sentences
from heritage.ports.matching import Decided, Explained
from heritage.steps.explain import explain, match_list
from match_examples import DATASET, SETTINGS, SITES, register, services


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("matches")


@pytest.fixture(scope="module")
def told(folder: Path) -> dict[str, Explained | None]:
    made, read = register(folder)
    return {s.id: explain(read, s.id, store=made.store, settings=SETTINGS) for s in SITES}


def test_a_match_says_what_it_rests_on(told: dict[str, Explained | None]) -> None:
    found = told["a/3"]
    assert found
    assert found.candidates
    assert (found.record.decided, found.candidates[0].qid) == (Decided.MATCH, "Q1031")
    lines = sentences(found)
    assert lines[0] == "Dunmere Windmill (xx_listed, a/3): matched."
    assert any(line.startswith("1. Dunmere Windmill (Q1031): 9") for line in lines)
    assert any("Strongly for it:" in line for line in lines)


def test_the_parts_of_a_score_add_up_to_it(told: dict[str, Explained | None]) -> None:
    seen = [one for found in told.values() if found for one in found.candidates or ()]
    assert len(seen) > 5
    for one in seen:
        whole = sum(part.weight for part in one.parts)
        assert 1 / (1 + math.exp(-whole)) == pytest.approx(one.probability, abs=1e-6)


@pytest.mark.parametrize("record_id", ["a/4", "a/5", "a/7"])
def test_of_what_is_kept_back_no_candidate_is_told(told: dict[str, Explained | None], record_id: str) -> None:
    """A candidate's place and distance would say where the record lies."""
    found = told[record_id]
    assert found
    assert (found.candidates, found.record.reason, found.record.probability) == (None, None, None)
    text = "\n".join(sentences(found))
    assert NOT_TOLD in text
    assert "away" not in text
    assert "Q1" not in text


def test_a_withheld_record_is_as_one_that_is_not_there(
    told: dict[str, Explained | None], folder: Path
) -> None:
    made, read = register(folder)
    assert told["a/6"] is None
    assert explain(read, "no such record", store=made.store, settings=SETTINGS) is None
    lists = [match_list(read, one, 1, store=made.store) for one in Decided]
    assert "a/6" not in [row.record_id for found in lists for row in found.rows]
    assert sum(lists[0].counts.values()) == len(SITES) - 2


def test_what_is_told_of_a_record_does_not_speak_of_a_hidden_one(
    told: dict[str, Explained | None], folder: Path
) -> None:
    """Two records claim one item; one of them is shown nowhere."""
    made, _ = register(folder)
    matches = made.store.read_table(DATASET, made.snapshots[DATASET], "matches").to_pylist()
    assert "nother record claims" in next(one["reason"] for one in matches if one["record_id"] == "a/1")
    found = told["a/1"]
    assert found
    assert found.record.reason
    assert found.candidates
    text = "\n".join(sentences(found))
    assert "nother record" not in text
    assert "Other records" not in text
    assert "How many records" not in text


def test_a_generalised_place_is_the_middle_of_its_square(told: dict[str, Explained | None]) -> None:
    found = told["a/5"]
    assert found
    assert found.cell_degrees == 0.1
    assert found.lat == pytest.approx(52.05, abs=0.051)
    assert "It is shown as a square of 0.1 degrees." in sentences(found)


def test_lists_have_the_likeliest_first_and_pages_end(folder: Path) -> None:
    made, read = register(folder)
    for decided in Decided:
        found = match_list(read, decided, 99, store=made.store)
        assert (found.page, found.pages) == (1, 1)
        known = [row.probability for row in found.rows if row.probability is not None]
        assert known == sorted(known, reverse=True)
        assert {row.decided for row in found.rows} <= {decided}


def test_a_dataset_that_was_not_reconciled_is_told(tmp_path: Path) -> None:
    made, read = register(tmp_path)
    matches = tmp_path / "data" / DATASET / made.snapshots[DATASET]
    for file in matches.glob("matches*"):
        file.unlink()
    with pytest.raises(FileNotFoundError):
        explain(read, "a/1", store=made.store, settings=SETTINGS)


def test_weights_that_the_register_taught_are_those_told(tmp_path: Path) -> None:
    """The parts of a score are those of the model that made it, and it is said which that was."""
    made, read = register(tmp_path)
    half = {
        name: {"edges": steps.edges.tolist(), "values": (steps.values / 2).tolist(), "missing": 0.0}
        for name, steps in SETTINGS.pair_model.features.items()
    }
    kept = {"model": {"intercept": -1.0, "features": half}, "why": "…", "inputs": "reconciled"}

    def told() -> tuple[list[str], float]:
        found = explain(read, "a/3", store=made.store, settings=SETTINGS)
        assert found
        assert found.candidates
        start = next(part for part in found.candidates[0].parts if part.name.startswith("Before"))
        whole = sum(part.weight for part in found.candidates[0].parts)
        assert 1 / (1 + math.exp(-whole)) == pytest.approx(found.candidates[0].probability, abs=1e-6)
        return sentences(found), start.weight

    snapshot = made.snapshots[DATASET]
    for inputs, learned in (("of another run", False), ("reconciled", True)):
        made.store.write_json(DATASET, snapshot, "weights", kept | {"inputs": inputs})
        lines, start = told()
        assert WEIGHTS[learned] in lines
        assert WEIGHTS[not learned] not in lines
        assert (start == -1.0) == learned


def test_the_pages_ask_for_places_of_items(tmp_path: Path) -> None:
    assert services(tmp_path).places(["Q2006", "Q2003", "Q1"]) == {"Q2006": (54.1, 1.2)}
