"""What every described register owes: it runs over all of `datasets/`, whoever wrote them.

After a wanted change of a mapping: HERITAGE_WRITE_EXPECTED=1 pytest tests/contract, and read the diff.
"""

import json
import os
import random
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import yaml

from heritage.adapters.harvest import Reader
from heritage.mapping import map_rows
from heritage.model.issue import IssueCode, Severity
from heritage.model.row import SourceRows
from heritage.ports.files import FetchedFile
from heritage.quality import check_snapshot
from heritage.spec.loader import LoadedSpec, load_specs
from heritage.spec.naming import misnamed
from register_examples import ROOT, VOCABULARIES, suites, thresholds, world

SPECS, FAILURES = load_specs(ROOT / "datasets")
BY_PATH = {loaded.path: loaded for loaded in SPECS}
BESIDE = {"dataset", "kind", "file", "row", "source_row"}

each = pytest.mark.parametrize("loaded", SPECS, ids=[loaded.spec.id for loaded in SPECS])


def sample_rows(loaded: LoadedSpec):
    paths = sorted(path for path in (loaded.folder / "samples").glob("*") if path.is_file())
    assert paths, f"{loaded.spec.id}: there is no sample"
    files = [FetchedFile(path.name, path, loaded.spec.harvest.url) for path in paths]
    return [row for some in Reader().rows(loaded.spec, files) for row in some.each()]


def mapped(loaded: LoadedSpec, rows):
    return map_rows(loaded.spec, [SourceRows.of([row]) for row in rows], world(), thresholds().places)


@cache
def mapped_sample(path: Path):
    """The sample beside a description as it is mapped, which several tests look at and none changes."""
    loaded = BY_PATH[path]
    return mapped(loaded, sample_rows(loaded))


def said(table, *leave_out):
    """Records without what stands beside them and without nulls."""
    return [
        {key: value for key, value in row.items() if value is not None and key not in leave_out}
        for row in table.to_pylist()
    ]


def test_every_description_is_valid():
    assert [str(failure) for failure in FAILURES] == []
    assert len(SPECS) >= 3


@each
def test_a_country_is_a_folder_and_the_id_begins_with_it(loaded):
    country = loaded.folder.parent.name
    assert country == "_world" or re.fullmatch(r"[a-z]{2}", country)
    assert misnamed(loaded.spec.id, country) is None


@cache
def known_licences():
    terms = yaml.safe_load((VOCABULARIES / "licences.yaml").read_text(encoding="utf-8"))["terms"]
    return {known for term in terms for known in term["ids"]}


@each
def test_the_licence_is_one_we_know(loaded):
    assert loaded.spec.licence.id in known_licences()


@each
def test_every_column_is_accounted_for(loaded):
    codes = [
        issue.field for issue in mapped_sample(loaded.path).issues if issue.code is IssueCode.COLUMN_UNKNOWN
    ]
    assert codes == []
    header = {column for row in sample_rows(loaded) for column in row.cells}
    stale = loaded.spec.accounted_columns() - header
    assert stale == set(), "the description speaks of columns that the sample does not have"


@each
def test_the_sample_maps_to_what_is_expected(loaded):
    result = mapped_sample(loaded.path)
    lines = [
        *said(result.records, *BESIDE),
        *({"rejected": r["code"], "row": r["row"]} for r in result.rejected.to_pylist()),
    ]
    written = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    path = loaded.folder / "expected.jsonl"
    if os.environ.get("HERITAGE_WRITE_EXPECTED"):
        path.write_text(written, encoding="utf-8")
    expected = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [json.loads(line) for line in written.splitlines()] == expected


@each
def test_ids_are_unique_and_do_not_depend_on_the_order_of_rows(loaded):
    rows = sample_rows(loaded)
    result = mapped_sample(loaded.path)
    ids = result.records["record_id"].to_pylist()
    assert len(set(ids)) == len(ids)
    told = result.records.num_rows + result.rejected.num_rows + sum(result.left_out.values())
    assert told == len(rows)
    random.Random(loaded.spec.id).shuffle(rows)
    assert said(mapped(loaded, rows).records) == said(result.records)


@each
def test_checks_are_there_and_the_sample_passes_them(loaded):
    spec = loaded.spec
    assert spec.checks.fill, "say how full at least the fields are"
    result = mapped_sample(loaded.path)
    grave = (Severity.STOP, Severity.ASK)
    issues = check_snapshot(spec, result.records, result.rejected, thresholds().snapshot, bundled=True)
    assert [str(issue) for issue in issues if issue.severity in grave] == []
    noted = Counter(issue.code.value for issue in result.issues)
    found = suites().check(spec, result.records, noted).results
    assert [one.why for one in found if not one.passed and one.severity in grave] == []


@each
def test_nothing_personal_is_in_the_tables(loaded):
    personal = set(loaded.spec.personal)
    for row in mapped_sample(loaded.path).records["source_row"].to_pylist():
        assert personal.isdisjoint(json.loads(row))


@each
def test_risk_schemes_are_there(loaded):
    for listing in loaded.spec.risk:
        assert (VOCABULARIES / "risk" / f"{listing.scheme}.yaml").is_file()


@each
def test_a_description_is_short(loaded: LoadedSpec):
    lines = Path(loaded.path).read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60, "move lookups into a table beside the description"
