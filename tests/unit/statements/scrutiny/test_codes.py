"""Every code: an edit that raises it, and the nearest one that does not."""

from dataclasses import dataclass, field, replace

import pytest

from heritage.model.constraint import Constraint, ConstraintStatus, Position, Relation
from heritage.model.constraint import ConstraintKind as K
from heritage.model.edit import (
    UNKNOWN,
    Calendar,
    Content,
    ItemValue,
    Kind,
    Snak,
    Statement,
    TextValue,
    TimeValue,
)
from heritage.model.finding import Severity
from heritage.model.finding_code import FindingCode as C
from heritage.statements.live import LiveItem, LiveStatement
from heritage.statements.scrutiny.constraints import Constraints
from heritage.statements.scrutiny.core import forbidding, scrutinise
from heritage.statements.sendable import sendable

REFERENCE = (Snak("P854", TextValue("https://towers.example/1")),)


def text(value):
    return TextValue(value)


def item(qid):
    return ItemValue(qid)


def year(number):
    return TimeValue(f"+{number}-00-00T00:00:00Z", 9)


def add(pid, value, *qualifiers, references=(REFERENCE,)):
    return Statement(pid, value, Kind.PLACE, references, tuple(Snak(p, v) for p, v in qualifiers))


def stands(pid, value, *qualifiers, rank="normal"):
    return LiveStatement(f"Q1${pid}", pid, value, rank, (), tuple(Snak(p, v) for p, v in qualifiers))


def live(*statements, qid="Q1", **names):
    return LiveItem(qid, 1, names.get("labels", {"en": "Tower"}), {}, {}, tuple(statements))


def known(*items):
    """Items with what they are (P31) and what they are kinds of (P279)."""
    return {
        qid: live(
            *(stands("P31", item(i)) for i in instance), *(stands("P279", item(i)) for i in above), qid=qid
        )
        for qid, instance, above in items
    }


CLASSES = known(
    ("Q10", [], ["Q20"]), ("Q20", [], []), ("Q30", [], []), ("Q11", ["Q10"], []), ("Q31", ["Q30"], [])
)


@dataclass
class Look:
    """An edit (statements, or a content) of an item, by constraints of properties."""

    adds: list[Statement] = field(default_factory=list)
    on: LiveItem | None = field(default_factory=live)
    by: dict[str, list[Constraint]] = field(default_factory=dict)
    content: Content | None = None
    items: dict[str, LiveItem] = field(default_factory=dict)
    held: dict[tuple[str, str], str] = field(default_factory=dict)

    def found(self):
        content = self.content or Content(statements=tuple(self.adds))
        constraints = Constraints(
            {p: tuple(cs) for p, cs in self.by.items()}, self.items, self.held, source=None
        )
        return scrutinise(content, self.on, constraints)


WHOLE = Content(
    labels={"en": "North Tower"},
    descriptions={"en": "tower in Exampleton"},
    statements=(add("P31", item("Q10")),),
)
REQUIRES = [Constraint(K.ITEM_REQUIRES, properties=("P17",))]
REQUIRES_ONE = [Constraint(K.ITEM_REQUIRES, properties=("P17",), items=("Q145",))]
REQUIRES_SOME = [Constraint(K.ITEM_REQUIRES, properties=("P17",), items=("Q145", "Q146"))]
CONFLICTS = [Constraint(K.CONFLICTS_WITH, properties=("P31",), items=("Q5",))]
SUBJECT = [Constraint(K.SUBJECT_TYPE, classes=("Q20",))]
VALUE = [Constraint(K.VALUE_TYPE, classes=("Q20",))]
DIFFERENCE = [Constraint(K.DIFFERENCE, properties=("P571",), least=0.0, most=100.0)]
RANGE = [Constraint(K.RANGE, least=1000.0, most=2026.9)]
STATEMENTS_ONLY = [Constraint(K.SCOPE, positions=(Position.STATEMENT,))]
ADDS_ID = [add("P1216", text("1234567"))]


def named(**parts):
    return replace(WHOLE, **parts)


CASES = {
    C.NEW_ITEM: (Look(content=WHOLE, on=None), Look(content=WHOLE)),
    C.NEW_WITHOUT_NAME: (Look(content=named(labels={}), on=None), Look(content=WHOLE, on=None)),
    C.NEW_WITHOUT_DESCRIPTION: (Look(content=named(descriptions={}), on=None), Look(content=WHOLE, on=None)),
    C.NEW_WITHOUT_CLASS: (Look(content=named(statements=()), on=None), Look(content=WHOLE, on=None)),
    C.FORMAT: (
        Look([add("P1216", text("12345678"))], by={"P1216": [Constraint(K.FORMAT, pattern=r"[1-9]\d{6}")]}),
        Look([add("P1216", text("1234567"))], by={"P1216": [Constraint(K.FORMAT, pattern=r"[1-9]\d{6}")]}),
    ),
    C.FORBIDDEN_VALUE: (
        Look([add("P1435", item("Q7"))], by={"P1435": [Constraint(K.ONE_OF, items=("Q8", "Q9"))]}),
        Look([add("P1435", item("Q8"))], by={"P1435": [Constraint(K.ONE_OF, items=("Q8", "Q9"))]}),
    ),
    C.VALUE_TYPE: (
        Look([add("P131", item("Q31"))], by={"P131": VALUE}, items=CLASSES),
        Look([add("P131", item("Q11"))], by={"P131": VALUE}, items=CLASSES),
    ),
    C.OUT_OF_RANGE: (
        Look([add("P571", year("0912"))], by={"P571": RANGE}),
        Look([add("P571", year("1912"))], by={"P571": RANGE}),
    ),
    C.SELF_REFERENTIAL: (Look([add("P131", item("Q1"))]), Look([add("P131", item("Q2"))])),
    C.DOUBLE_SPACE: (
        Look(content=named(labels={"en": "North  Tower"})),
        Look(content=named(labels={"en": "North Tower"})),
    ),
    C.NOT_PRINTABLE: (
        Look(content=named(labels={"en": "North\u200bTower"})),
        Look(content=named(labels={"fa": "برج\u200cها"})),  # a joiner that Persian is written with
    ),
    C.SINGLE_VALUE: (
        Look(ADDS_ID, live(stands("P1216", text("7654321"))), {"P1216": [Constraint(K.SINGLE_VALUE)]}),
        Look(
            ADDS_ID,
            live(stands("P1216", text("7654321"), rank="deprecated")),
            {"P1216": [Constraint(K.SINGLE_VALUE)]},
        ),
    ),
    C.NOT_DISTINCT: (
        Look(ADDS_ID, by={"P1216": [Constraint(K.DISTINCT_VALUES)]}, held={("P1216", "1234567"): "Q2"}),
        Look(ADDS_ID, by={"P1216": [Constraint(K.DISTINCT_VALUES)]}, held={("P1216", "1234567"): "Q1"}),
    ),
    C.MULTI_VALUE_NEW: (
        Look(ADDS_ID, None, {"P1216": [Constraint(K.MULTI_VALUE)]}),
        Look([*ADDS_ID, add("P1216", text("7"))], None, {"P1216": [Constraint(K.MULTI_VALUE)]}),
    ),
    C.MULTI_VALUE: (
        Look(ADDS_ID, by={"P1216": [Constraint(K.MULTI_VALUE)]}),
        Look(ADDS_ID, live(stands("P1216", text("7"))), {"P1216": [Constraint(K.MULTI_VALUE)]}),
    ),
    C.CONFLICTS_WITH: (
        Look([add("P625", text("x"))], live(stands("P31", item("Q5"))), {"P625": CONFLICTS}),
        Look([add("P625", text("x"))], live(stands("P31", item("Q6"))), {"P625": CONFLICTS}),
    ),
    C.NEW_REQUIRES: (
        Look([add("P131", item("Q2"))], None, {"P131": REQUIRES}),
        Look([add("P131", item("Q2")), add("P17", item("Q145"))], None, {"P131": REQUIRES}),
    ),
    C.NEW_REQUIRES_VALUE: (
        Look([add("P131", item("Q2")), add("P17", item("Q9"))], None, {"P131": REQUIRES_ONE}),
        Look([add("P131", item("Q2")), add("P17", item("Q145"))], None, {"P131": REQUIRES_ONE}),
    ),
    C.NEW_REQUIRES_VALUES: (
        Look([add("P131", item("Q2")), add("P17", item("Q9"))], None, {"P131": REQUIRES_SOME}),
        Look([add("P131", item("Q2")), add("P17", item("Q146"))], None, {"P131": REQUIRES_SOME}),
    ),
    C.REQUIRES: (
        Look([add("P131", item("Q2"))], by={"P131": REQUIRES}),
        Look([add("P131", item("Q2"))], live(stands("P17", UNKNOWN)), {"P131": REQUIRES}),
    ),
    C.REQUIRES_VALUE: (
        Look([add("P131", item("Q2"))], live(stands("P17", item("Q9"))), {"P131": REQUIRES_ONE}),
        Look([add("P131", item("Q2"))], live(stands("P17", item("Q145"))), {"P131": REQUIRES_ONE}),
    ),
    C.REQUIRES_VALUES: (
        Look([add("P131", item("Q2"))], live(stands("P17", item("Q9"))), {"P131": REQUIRES_SOME}),
        Look([add("P131", item("Q2"))], live(stands("P17", item("Q146"))), {"P131": REQUIRES_SOME}),
    ),
    C.SUBJECT_TYPE: (
        Look(ADDS_ID, live(stands("P31", item("Q30"))), {"P1216": SUBJECT}, items=CLASSES),
        Look(ADDS_ID, live(stands("P31", item("Q10"))), {"P1216": SUBJECT}, items=CLASSES),
    ),
    C.ENTITY_TYPE: (
        Look(ADDS_ID, by={"P1216": [Constraint(K.ENTITY_TYPES, items=("Q29934218",))]}),
        Look(ADDS_ID, by={"P1216": [Constraint(K.ENTITY_TYPES, items=("Q29934218", "Q29934200"))]}),
    ),
    C.NO_INVERSE: (
        Look(
            [add("P361", item("Q2"))],
            by={"P361": [Constraint(K.INVERSE, properties=("P527",))]},
            items={"Q2": live(qid="Q2")},
        ),
        Look(
            [add("P361", item("Q2"))],
            by={"P361": [Constraint(K.INVERSE, properties=("P527",))]},
            items={"Q2": live(stands("P527", item("Q1")), qid="Q2")},
        ),
    ),
    C.DIFFERENCE: (
        Look([add("P576", year(1700))], live(stands("P571", year(1890))), {"P576": DIFFERENCE}),
        Look([add("P576", year(1890))], live(stands("P571", year(1890))), {"P576": DIFFERENCE}),
    ),
    C.AS_STATEMENT: (
        Look([add("P854", text("x"))], by={"P854": [Constraint(K.SCOPE, positions=(Position.REFERENCE,))]}),
        Look([add("P17", item("Q145"))], by={"P854": [Constraint(K.SCOPE, positions=(Position.REFERENCE,))]}),
    ),
    C.AS_QUALIFIER: (
        Look([add("P1435", item("Q7"), ("P580", year(1990)))], by={"P580": STATEMENTS_ONLY}),
        Look([add("P580", year(1990))], by={"P580": STATEMENTS_ONLY}),
    ),
    C.AS_REFERENCE: (
        Look([add("P17", item("Q145"))], by={"P854": STATEMENTS_ONLY}),
        Look([add("P17", item("Q145"), references=())], by={"P854": STATEMENTS_ONLY}),
    ),
    C.QUALIFIER_MISSING: (
        Look(
            [add("P1435", item("Q7"))],
            by={"P1435": [Constraint(K.REQUIRED_QUALIFIERS, properties=("P580",))]},
        ),
        Look(
            [add("P1435", item("Q7"), ("P580", year(1990)))],
            by={"P1435": [Constraint(K.REQUIRED_QUALIFIERS, properties=("P580",))]},
        ),
    ),
    C.QUALIFIER_NOT_ALLOWED: (
        Look(
            [add("P1435", item("Q7"), ("P580", year(1990)))],
            by={"P1435": [Constraint(K.ALLOWED_QUALIFIERS, properties=("P582",))]},
        ),
        Look(
            [add("P1435", item("Q7"), ("P580", year(1990)))],
            by={"P1435": [Constraint(K.ALLOWED_QUALIFIERS, properties=("P582", "P580"))]},
        ),
    ),
    C.QUALIFIER_VALUE: (
        Look(
            [add("P571", year(1990), ("P1480", item("Q9")))],
            by={"P571": [Constraint(K.QUALIFIER_ONE_OF, properties=("P1480",), items=("Q5727902",))]},
        ),
        Look(
            [add("P571", year(1990), ("P1480", item("Q5727902")))],
            by={"P571": [Constraint(K.QUALIFIER_ONE_OF, properties=("P1480",), items=("Q5727902",))]},
        ),
    ),
    C.UNSOURCED: (Look([add("P17", item("Q145"), references=())]), Look([add("P17", item("Q145"))])),
    C.CITATION_NEEDED: (
        Look([add("P17", item("Q145"), references=())], by={"P17": [Constraint(K.CITATION_NEEDED)]}),
        Look([add("P17", item("Q145"))], by={"P17": [Constraint(K.CITATION_NEEDED)]}),
    ),
    C.LABEL_TOO_LONG: (
        Look(content=named(labels={"en": "x" * 251})),
        Look(content=named(labels={"en": "x" * 250})),
    ),
    C.DESCRIPTION_TOO_LONG: (
        Look(content=named(descriptions={"de": "x" * 251}), on=None),
        Look(content=named(descriptions={"de": "x" * 250}), on=None),
    ),
    C.DESCRIPTION_IS_LABEL: (
        Look(content=named(descriptions={"de": "north tower"}), on=None),
        Look(content=named(descriptions={"de": "Turm"}), on=None),
    ),
    C.DESCRIPTION_PUNCTUATION: (
        Look(content=named(descriptions={"en": "tower."}), on=None),
        Look(content=named(descriptions={"de": "Turm."}), on=None),
    ),
    C.DESCRIPTION_UPPERCASE: (
        Look(content=named(descriptions={"en-gb": "Listed tower"}), on=None),
        Look(content=named(descriptions={"en-gb": "listed tower"}), on=None),
    ),
    C.DESCRIPTION_ARTICLE: (
        Look(content=named(descriptions={"en": "the tower"}), on=None),
        Look(content=named(descriptions={"en": "theatre"}), on=None),
    ),
    C.LABEL_IN_LANGUAGE: (
        Look(ADDS_ID, by={"P1216": [Constraint(K.LABEL_IN_LANGUAGE, languages=("cy",))]}),
        Look(
            ADDS_ID,
            live(labels={"mul": "Tower"}),
            {"P1216": [Constraint(K.LABEL_IN_LANGUAGE, languages=("cy",))]},
        ),
    ),
    C.DESCRIPTION_IN_LANGUAGE: (
        Look(content=WHOLE, on=None, by={"P31": [Constraint(K.DESCRIPTION_IN_LANGUAGE, languages=("cy",))]}),
        Look(content=WHOLE, on=None, by={"P31": [Constraint(K.DESCRIPTION_IN_LANGUAGE, languages=("en",))]}),
    ),
}
ELSEWHERE = {C.SAME_NAME_AND_DESCRIPTION, C.NOTHING_TO_SEND, C.STORED_OTHERWISE}
"""Found by comparing the records of a snapshot (see the tests of the step)."""


@pytest.mark.parametrize("code", CASES)
def test_the_code_is_raised_by_what_breaks_it_and_by_nothing_else(code):
    broken, sound = CASES[code]
    assert code in {finding.code for finding in broken.found()}
    assert code not in {finding.code for finding in sound.found()}


@pytest.mark.parametrize("code", CASES)
def test_a_finding_weighs_what_its_code_does_and_names_what_it_is_about(code):
    found = [finding for finding in CASES[code][0].found() if finding.code is code]
    assert {finding.severity for finding in found} == {Severity(code.weight)}
    assert all(len(finding.text) > 20 for finding in found)
    assert all(finding.text.startswith(f"{f.property}: ") for f in found for finding in [f] if f.property)


def test_no_code_is_without_a_case():
    left_out = {C.EARLY_GREGORIAN, C.NOT_SENDABLE}  # of what is not sent: below
    assert set(C) == set(CASES) | ELSEWHERE | left_out


def test_what_is_not_sent_is_found_with_its_code():
    julian = TimeValue("+1405-05-12T00:00:00Z", 11, Calendar.JULIAN)
    kept, found = sendable(
        Content(
            labels={"en": "x" * 251},
            statements=(
                add("P571", TimeValue("+1405-05-12T00:00:00Z", 11)),
                add("P571", julian),
                add("P571", TimeValue("+1905-02-30T00:00:00Z", 11)),
            ),
        )
    )
    assert [finding.code for finding in found] == [C.LABEL_TOO_LONG, C.EARLY_GREGORIAN, C.NOT_SENDABLE]
    assert not forbidding(found)  # it is left out: the rest may go
    assert [statement.value for statement in kept.statements] == [julian]


@pytest.mark.parametrize(
    ("status", "severity"),
    [
        (ConstraintStatus.MANDATORY, Severity.CRITICAL),
        (ConstraintStatus.NORMAL, Severity.IMPORTANT),
        (ConstraintStatus.SUGGESTION, Severity.INFO),
    ],
)
def test_a_mandatory_constraint_stops_the_edit_and_a_suggestion_informs(status, severity):
    found = Look(ADDS_ID, by={"P1216": [Constraint(K.FORMAT, status, pattern="x")]}).found()
    assert [finding.severity for finding in found] == [severity]
    assert bool(forbidding(found)) is (severity is Severity.CRITICAL)


def test_an_exception_is_one():
    excepted = Constraint(K.FORMAT, pattern="x", exceptions=frozenset({"Q1"}))
    assert not Look(ADDS_ID, by={"P1216": [excepted]}).found()


def test_a_constraint_that_is_checked_on_statements_only_passes_references_over():
    statements = Constraint(K.FORMAT, pattern="x", positions=(Position.STATEMENT,))
    assert not Look([add("P17", item("Q145"))], by={"P854": [statements]}).found()


def test_several_values_told_apart_by_a_qualifier_are_one_each():
    single = [Constraint(K.SINGLE_VALUE, separators=("P580",))]
    before = live(stands("P1435", item("Q7"), ("P580", year(1950))))
    assert not Look([add("P1435", item("Q8"), ("P580", year(1990)))], before, {"P1435": single}).found()
    assert Look([add("P1435", item("Q8"), ("P580", year(1950)))], before, {"P1435": single}).found()


def test_what_the_item_has_already_may_conflict_with_what_we_add():
    human = live(stands("P625", text("x")))
    assert Look([add("P31", item("Q5"))], human, {"P625": CONFLICTS}).found()


def test_what_is_broken_already_is_not_reported():
    broken = live(stands("P625", text("x")), stands("P31", item("Q5")))
    assert not Look([add("P31", item("Q5"))], broken, {"P625": CONFLICTS}).found()
    assert not Look([add("P625", text("y"))], broken, {"P625": CONFLICTS}).found()
    incomplete = live(stands("P131", item("Q3")))
    assert not Look([add("P131", item("Q2"))], incomplete, {"P131": REQUIRES}).found()


@pytest.mark.parametrize("relation", Relation)
def test_a_class_whose_way_up_is_not_known_is_not_judged(relation):
    wanted = [Constraint(K.SUBJECT_TYPE, classes=("Q20",), relation=relation)]
    subject = live(stands("P31", item("Q404")), stands("P279", item("Q404")))
    assert not Look(ADDS_ID, subject, {"P1216": wanted}, items=CLASSES).found()


def test_an_item_that_does_not_say_what_it_is_has_not_the_wanted_class():
    found = Look(ADDS_ID, by={"P1216": SUBJECT}, items=CLASSES).found()
    assert [finding.code for finding in found] == [C.SUBJECT_TYPE]


def test_a_pattern_that_cannot_be_tried_forbids_nothing():
    look_ahead = Constraint(K.FORMAT, ConstraintStatus.MANDATORY, pattern=r"(?!none)\d+")
    assert not Look(ADDS_ID, by={"P1216": [look_ahead]}).found()


def test_a_list_that_comes_along_is_named():
    constraints = Constraints({"P1216": (Constraint(K.FORMAT, pattern="x"),)}, source="list of 2026-11-22")
    [found] = scrutinise(Content(statements=tuple(ADDS_ID)), live(), constraints)
    assert found.text.endswith("(list of 2026-11-22)")
