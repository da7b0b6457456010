"""What the report says of the findings about a dataset's edits."""

import pandas as pd
import pytest
from proposal_case import ENTITIES, Case

from heritage.model.constraint import Constraint, ConstraintKind, ConstraintList, ConstraintStatus
from heritage.model.finding import Severity
from heritage.model.finding_code import FindingCode
from heritage.steps.report_findings import finding_lines
from wikibase_sandbox.testing import running

LISTED = ConstraintList(
    "v1",
    {
        "P1216": (
            Constraint(ConstraintKind.FORMAT, ConstraintStatus.MANDATORY, pattern="[1-9]"),
            Constraint(ConstraintKind.ITEM_REQUIRES, properties=("P17",)),
        )
    },
)


@pytest.fixture
def case(tmp_path):
    with running(tmp_path / "wiki.sqlite") as sandbox:
        sandbox.seed(entities=ENTITIES)
        yield Case(tmp_path, sandbox.api_url)


def test_findings_are_counted_by_code_the_heaviest_first_and_named_only_where_they_may_be_shown(case):
    case.hold(
        {"record_id": "1", "qid": "Q11", "name": "One"},
        {"record_id": "2", "qid": "Q12", "name": "Two", "country": "Q145"},
        {"record_id": "x", "qid": "Q13", "name": "Hidden"},
    )
    case.propose(constraints=LISTED)
    shown = pd.DataFrame({"name": ["One", "Two"], "lang": ["en", None]}, index=["1", "2"])
    lines = finding_lines("xx_towers", case.snapshot, shown, case.store)
    assert [(line.count.code, line.count.severity, line.count.records) for line in lines] == [
        (FindingCode.FORMAT, Severity.CRITICAL, 1),
        (FindingCode.REQUIRES, Severity.INFO, 2),
    ]
    assert lines[0].examples == ()
    [example] = lines[1].examples
    assert (example.name, example.lang, example.qid, example.property) == ("One", "en", "Q11", "P1216")


def test_a_snapshot_from_before_has_none(case):
    assert finding_lines("xx_towers", case.snapshot, pd.DataFrame(), case.store) == ()
