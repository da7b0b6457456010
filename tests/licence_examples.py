"""A register under CC BY, and what lets it go to Wikidata all the same."""

from dataclasses import replace
from datetime import date

from heritage.licence.gate import Facts
from heritage.licence.permission import Permission, PermissionKind, Target

FACTS = Facts("xx_churches", "CC-BY-4.0", "https://example.org/licence", "Church Board", "de")
WAIVER = Permission(
    dataset="xx_churches",
    licence_id="CC-BY-4.0",
    target=Target.WIKIDATA,
    kind=PermissionKind.WAIVER,
    given_on=date(2026, 1, 7),
    by="Church Board",
    role="head of the legal office",
    letter="5d41402a" * 8,
    covers_database_right=True,
)
DECISION = replace(
    WAIVER,
    kind=PermissionKind.BODY,
    licence_id="OGL-UK-3.0",
    letter="",
    covers_database_right=False,
    legal_note="Facts; see the opinion of the office.",
    decision=7,
    valid_until=date(2028, 1, 1),
)
