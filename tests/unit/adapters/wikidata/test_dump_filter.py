"""What is told from the bytes of a line is what its entity says."""

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from wikidata_examples import ENTITIES, SCOPE, item, linked, statement

from heritage.adapters.wikidata.dump import pull_dump
from heritage.adapters.wikidata.dump_filter import Filter
from heritage.adapters.wikidata.parts import Parts

KEPT = Filter(SCOPE.carried, [16970, 33506, 7], [20, 21, 230])
STAR = item("Q90", "a star", linked(P31="Q523", P17="Q230", P131="Q20"))


def entities() -> Iterator[dict[str, Any]]:
    """Items by number or by id, with all that decides and what looks like it, in two orders."""
    for number, by_id, rank, other, qid, title in product(
        (5, 16970, 169, 697010), (True, False), ("normal", "deprecated"), ("P17", "P279", "P1435", "P380"),
        ("Q7", "Q20", "Q90"), ({"title": "Q90"}, {}),
    ):  # fmt: skip
        value = {"id": f"Q{number}"} if by_id else {"numeric-id": number}
        claims = {"P31": [statement("P31", value, rank)], other: [statement(other, value)]}
        one = item(qid, "a Q7 in a name", claims, **title)
        yield one
        yield {key: one[key] for key in sorted(one)}


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": "), (" ,\t", " :")])
def test_what_is_passed_over_has_no_row(separators: tuple[str, str]) -> None:
    passed = 0
    for entity in entities():
        line = json.dumps(entity, separators=separators).encode()
        if KEPT.passes_over(line):
            passed += 1
            assert KEPT.row(entity) is None, line
    assert passed


def test_what_has_no_place_is_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    lines = [json.dumps(one) for one in [*ENTITIES, *(STAR | {"id": f"Q{n}"} for n in range(1000, 1100))]]
    (tmp_path / "d.json").write_text("\n".join(lines), encoding="utf-8")
    parts = Parts(str(tmp_path / "data"), "a-pull")
    loads = json.JSONDecoder().decode

    def noted(line: bytes) -> Any:
        parsed.append(line.decode())
        return loads(line.decode())

    monkeypatch.setattr("heritage.adapters.wikidata.dump.json.loads", noted)
    parts.write_note("classes", {"classes": [16970, 33506, 7], "named": [20, 21, 230]})
    pull_dump(str(tmp_path / "d.json"), parts, scope=SCOPE)
    assert 10 < len(parsed) <= len(ENTITIES)
    assert parts.note("counts")["lines"] == len(lines)


@pytest.mark.parametrize("cut", [b'{"type":"item","id":"Q90","labels":{', b'{"type":"it', b"[1]", b"Q90"])
def test_a_broken_line_is_told_and_not_passed_over(cut: bytes) -> None:
    assert KEPT.passes_over(json.dumps(STAR).encode())
    assert not KEPT.passes_over(cut)
