"""Whom to tell before a permission ends: those whose edits rest on it, and nobody else."""

from dataclasses import replace
from datetime import date

import pytest

from heritage.adapters.vocabularies import YamlVocabularies
from heritage.licence.ending import closes
from heritage.licence.gate import Facts
from heritage.licence.permission import Permission, PermissionKind, Scope, Target
from heritage.licence.vocabulary import Licences
from heritage.model.edit import Kind
from licence_examples import DECISION as DECIDED
from licence_examples import FACTS
from licence_examples import WAIVER as GIVEN

TODAY = date(2024, 2, 1)
WAIVER = replace(GIVEN, given_on=date(2023, 1, 7), valid_until=date(2024, 2, 29))
LONGER = replace(WAIVER, valid_until=date(2025, 1, 1))
FOR_EVER = replace(WAIVER, valid_until=None)
DECISION = replace(DECIDED, given_on=WAIVER.given_on, valid_until=WAIVER.valid_until)
OPEN = replace(FACTS, licence_id="OGL-UK-3.0")
TICKET = replace(WAIVER, kind=PermissionKind.VRT, target=Target.COMMONS, ticket="2024010110000001", letter="")
NAMES, PLACES = Scope((Kind.NAMES,)), Scope((Kind.PLACE,))
ROWS = Scope(rows=("7",))


@pytest.fixture(scope="module")
def licences(repository) -> Licences:
    return YamlVocabularies(repository / "datasets" / "_vocabularies").licences()


@pytest.mark.parametrize(
    ("permission", "others", "facts", "expected"),
    [
        (WAIVER, (), FACTS, True),
        (FOR_EVER, (), FACTS, False),
        (WAIVER, (LONGER,), FACTS, False),
        (WAIVER, (FOR_EVER,), FACTS, False),
        (WAIVER, (replace(LONGER, scope=NAMES),), FACTS, True),
        (replace(WAIVER, scope=NAMES), (replace(LONGER, scope=NAMES),), FACTS, False),
        (replace(WAIVER, scope=NAMES), (replace(LONGER, scope=PLACES),), FACTS, True),
        (WAIVER, (replace(LONGER, scope=ROWS),), FACTS, True),
        (replace(WAIVER, scope=ROWS), (LONGER,), FACTS, False),
        (replace(WAIVER, scope=ROWS), (replace(LONGER, scope=Scope(rows=("7", "8"))),), FACTS, False),
        (replace(WAIVER, scope=ROWS), (replace(LONGER, scope=Scope(rows=("8",))),), FACTS, True),
        (WAIVER, (replace(LONGER, target=Target.EUROPEANA),), FACTS, True),
        (WAIVER, (replace(LONGER, kind=PermissionKind.NONE),), FACTS, True),
        (replace(WAIVER, target=Target.EUROPEANA), (), FACTS, True),
        (WAIVER, (), replace(FACTS, licence_id="CC0-1.0"), False),
        (WAIVER, (), replace(FACTS, licence_id="CC-BY-SA-4.0"), False),  # it opens nothing any more
        (replace(WAIVER, kind=PermissionKind.NONE), (), FACTS, False),
        (DECISION, (), OPEN, True),
        (DECISION, (replace(DECISION, valid_until=date(2025, 1, 1)),), OPEN, False),
        (DECISION, (), replace(OPEN, maker_country="us"), True),
        (TICKET, (), FACTS, True),
        (TICKET, (replace(TICKET, valid_until=None),), FACTS, False),
        (TICKET, (), replace(FACTS, media="CC-BY-4.0"), False),  # that is free without it
        (replace(WAIVER, given_on=date(2022, 1, 1), valid_until=date(2023, 2, 28)), (), FACTS, True),
        (replace(WAIVER, valid_until=date(2023, 2, 28)), (replace(FOR_EVER, given_on=TODAY),), FACTS, False),
    ],
)
def test_an_end_is_told_where_nothing_else_opens_the_same(
    licences: Licences, permission: Permission, others: tuple[Permission, ...], facts: Facts, expected: bool
) -> None:
    assert closes(permission, facts, licences, (permission, *others), today=TODAY) is expected
