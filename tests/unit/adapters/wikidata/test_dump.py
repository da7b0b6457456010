"""A dump becomes the same index in whatever order it is, and wherever a run of it was killed."""

import bz2
import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wikidata_examples import CONTEXT, ENTITIES, IN_SCOPE, SCOPE, item, linked, place, statement

from heritage.adapters.wikidata.above import above
from heritage.adapters.wikidata.assemble import assemble
from heritage.adapters.wikidata.dump import build_index, dump_key, pull_dump, write_dump
from heritage.adapters.wikidata.index import FileItemIndex
from heritage.adapters.wikidata.parts import Parts
from heritage.errors import SourceChanged

DAY = date(2026, 11, 21)
DUMPED = [one | {"lastrevid": 5} for one in ENTITIES]
OLDER = item("Q42", "an older copy", linked(P31="Q16970")) | {"lastrevid": 1}


def written(
    folder: Path, entities: list[Any], pack: Callable[[bytes], bytes] = bytes, name: str = "d.json"
) -> str:
    lines = ",\n".join(json.dumps(entity, ensure_ascii=False) for entity in entities)
    (folder / name).write_bytes(pack(f"[\n{lines}\n]\n".encode()))
    return str(folder / name)


@pytest.fixture(scope="module")
def expected() -> str:
    with TemporaryDirectory() as folder:
        dump = written(Path(folder), DUMPED)
        return build_index(dump, folder, DAY, scope=SCOPE).version


def test_a_filtered_dump_has_what_belongs_in_and_what_that_names(tmp_path: Path) -> None:
    built = build_index(written(tmp_path, ENTITIES), str(tmp_path / "data"), DAY, scope=SCOPE)
    rows = FileItemIndex(str(tmp_path / "data")).items(["qid", "context"]).to_pylist()
    assert [row["qid"] for row in rows if row["context"]] == CONTEXT
    assert {row["qid"] for row in rows if not row["context"]} == {*IN_SCOPE, "Q47"}
    assert (built.items, built.context, built.lines, built.broken) == (8, len(CONTEXT), len(ENTITIES), 0)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(
    st.permutations([*DUMPED, OLDER, DUMPED[0]]),
    st.sampled_from([3, 7, 100]),
    st.sampled_from([2, 9, 100]),
)
def test_order_and_size_of_parts_change_nothing(
    expected: str, lines: list[Any], block: int, bucket: int
) -> None:
    with TemporaryDirectory() as folder:
        parts = Parts(folder, "a-pull")
        pull_dump(written(Path(folder), lines), parts, scope=SCOPE, block=block)
        rows: list[Any] = []
        made = assemble(parts.files(), lambda table: rows.extend(table["qid"].to_pylist()), bucket=bucket)
    assert f"{DAY}-{made.digest}" == expected
    assert rows == sorted(rows, key=lambda qid: int(qid[1:]))


class Killed(BaseException):
    """The process is gone."""


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=3), st.sampled_from([4, 10]))
def test_killed_at_any_line_and_gone_on_with_it_is_the_same(
    expected: str, deaths: list[int], block: int
) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        dump = written(Path(folder), DUMPED)
        parts = Parts(folder, dump_key(dump, SCOPE))
        for lives in [*deaths, 10_000]:
            left = iter(range(lives))

            def loads(line: bytes, left: Any = left) -> Any:
                if next(left, None) is None:
                    raise Killed
                return json.JSONDecoder().decode(line.decode())

            patch.setattr("heritage.adapters.wikidata.dump.json.loads", loads)
            try:
                pull_dump(dump, parts, scope=SCOPE, block=block)
            except Killed:
                continue
        patch.undo()
        assert write_dump(dump, parts, folder, DAY, scope=SCOPE).version == expected
        assert parts.files() == []


def test_lines_of_whole_parts_are_not_parsed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dump = written(tmp_path, ENTITIES)
    parts = Parts(str(tmp_path / "data"), "a-pull")
    pull_dump(dump, parts, scope=SCOPE, block=5)
    for module in ("dump", "dump_tree"):
        again = f"heritage.adapters.wikidata.{module}.item_row"
        monkeypatch.setattr(again, lambda *_: pytest.fail("read it again"))
    pull_dump(dump, parts, scope=SCOPE, block=5)


@pytest.mark.parametrize(("name", "pack"), [("d.json.gz", gzip.compress), ("d.json.bz2", bz2.compress)])
def test_a_dump_that_breaks_off_is_refused(tmp_path: Path, name: str, pack: Callable[[bytes], bytes]) -> None:
    whole = pack(json.dumps(ENTITIES[11]).encode() + b"\n")
    (tmp_path / name).write_bytes(whole + pack(b"{}\n" * 5000)[:-8])
    with pytest.raises(SourceChanged, match=r"ends in the middle|damaged after"):
        build_index(str(tmp_path / name), str(tmp_path / "data"), DAY)


def test_what_no_item_says_does_not_stop_a_dump(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    strange = [
        item("Q80", "half a letter: \ud83d"),
        item("Q81", "ids of other things", linked(P31=["L5", "Q5x", "Q10"])),
        item("Q82", "a number for a name") | {"labels": {"en": {"language": "en", "value": 7}}},
        item("Q83", "a revision beyond numbers") | {"lastrevid": 10**30},
        item("Q-4", "not an id"),
        item("Q84", "a point that is none", {"P625": [statement("P625", place("x", 1))]}),
    ]
    lines = "\n".join(map(json.dumps, [*strange, *ENTITIES]))
    (tmp_path / "d.json").write_text(lines, encoding="utf-8")
    built = build_index(str(tmp_path / "d.json"), str(tmp_path / "data"), DAY)
    rows = {row["qid"]: row for row in FileItemIndex(str(tmp_path / "data")).items().to_pylist()}
    assert rows["Q80"]["labels"] == [{"lang": "en", "text": "half a letter: ?"}]
    assert rows["Q81"]["classes"] == ["Q10"]
    assert {"Q82", "Q83", "Q84", "Q-4"}.isdisjoint(rows)
    assert built.broken == 2
    assert "Q82 is left out of the index" in caplog.text
    assert "Q83 is left out of the index" in caplog.text


def test_a_file_without_lines_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heritage.adapters.wikidata.dump_lines.LONGEST", 1000)
    (tmp_path / "d.json").write_text(json.dumps(ENTITIES), encoding="utf-8")
    with pytest.raises(SourceChanged, match="line 1 is longer than 1000 bytes; a dump has one entity a line"):
        build_index(str(tmp_path / "d.json"), str(tmp_path / "data"), DAY)


def test_the_index_is_as_old_as_its_newest_entity(tmp_path: Path) -> None:
    old = [one | {"modified": "2026-11-02T10:00:00Z"} for one in ENTITIES] + [
        item("Q70", "strange") | {"modified": "9999"}
    ]
    build_index(written(tmp_path, old), str(tmp_path / "data"), DAY)
    assert f"{FileItemIndex(str(tmp_path / 'data')).as_of():%Y-%m-%d %H}" == "2026-11-02 10"
    build_index(written(tmp_path, ENTITIES), str(tmp_path / "undated"), DAY)
    assert f"{FileItemIndex(str(tmp_path / 'undated')).as_of():%Y-%m-%d %H}" == "2026-11-21 00"


def test_only_the_newest_indexes_are_kept(tmp_path: Path) -> None:
    for day in range(1, 6):
        build_index(written(tmp_path, ENTITIES), str(tmp_path), date(2026, 11, day))
    index = FileItemIndex(str(tmp_path))
    index.keep(2)
    assert sorted(path.name for path in (tmp_path / "wikidata/index").iterdir()) == [
        "2026-11-04",
        "2026-11-05",
    ]
    assert index.version().startswith("2026-11-05")


@given(
    st.dictionaries(st.integers(1, 8), st.lists(st.integers(1, 8), max_size=3), max_size=8), st.integers(1, 8)
)
def test_circles_end_and_nothing_is_above_itself(pairs: dict[int, list[int]], start: int) -> None:
    parents = {f"Q{one}": [f"Q{up}" for up in ups] for one, ups in pairs.items()}
    found = above([f"Q{start}"], parents)
    assert len(found) == len(set(found))
    assert f"Q{start}" not in found
    reached, level = set(), {f"Q{start}"}
    for _ in range(9):
        level = {up for one in level for up in parents.get(one, ())}
        reached |= level
    assert set(found) == reached - {f"Q{start}"}
