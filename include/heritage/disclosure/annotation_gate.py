"""The gate for what people found out of a record, where it goes to partners: what is known of a record that
may leave can still help a thief (R11), or tell who stood there in a war (R14)."""

import re
from collections.abc import Collection
from datetime import date, timedelta

from heritage.disclosure.rules import Reporters
from heritage.spec.columns import CONTACT

FOR_THIEVES, REPORTED = "R11", "R14"
_CONTACT = re.compile(CONTACT)


def kept_back(
    text: str, *, rules: Collection[str], by_person: bool, settled: date, today: date, reporters: Reporters
) -> str:
    """Why an annotation stays, in words; empty when it may leave. `text` is what it says in free words,
    `rules` those that hit its record, `settled` the day on which it was settled.

    Items and points are no words. Names that a machine took from elsewhere are public already.
    """
    if _CONTACT.search(text):
        return "its words hold an e-mail address or a telephone number"
    if FOR_THIEVES in rules and by_person and text:
        return "what people write of the place could help a thief"
    if REPORTED in rules and by_person and text:
        return "its words could tell who was there"
    if REPORTED in rules and settled > today - timedelta(days=reporters.delay_days):
        return f"it waits {reporters.delay_days} days, to protect those who were there"
    return ""


def anonymous(rules: Collection[str]) -> bool:
    """Whether nothing may be told of when it was said and by whom, by no pseudonym either."""
    return REPORTED in rules
