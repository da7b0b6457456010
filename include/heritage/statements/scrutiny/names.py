"""What is wrong with the names and descriptions of an edit, and with a new item as a whole."""

import re
from collections.abc import Iterator

from heritage.model.edit import MonolingualValue, TextValue
from heritage.model.finding import Finding
from heritage.model.finding_code import FindingCode
from heritage.statements import properties as p
from heritage.statements.difference import names_of
from heritage.statements.scrutiny.constraints import all_snaks
from heritage.statements.scrutiny.subject import Subject
from heritage.statements.text import LABEL_LIMIT, folded

_DOUBLE_SPACE = re.compile(r"\s\s")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\u200e\u200f\u2060\ufeff]")
_PUNCTUATION = ".?!;:,'\""
_ARTICLES = frozenset({"a", "an", "the"})


def name_findings(subject: Subject) -> Iterator[Finding]:
    """Of labels, aliases, descriptions and every other text."""
    content = subject.content
    for lang, text in names_of(content):
        if len(text) > LABEL_LIMIT:
            told = f"the name in {lang!r} has {len(text)} characters, of {LABEL_LIMIT} that fit"
            yield subject.finding(FindingCode.LABEL_TOO_LONG, None, told)
    for lang, text in content.descriptions.items():
        yield from _description(subject, lang, text.strip())
    for pid, text in _texts(subject):
        if _DOUBLE_SPACE.search(text):
            yield subject.finding(FindingCode.DOUBLE_SPACE, pid, f"{text!r} has two spaces in a row")
        if _UNSEEN.search(text):
            told = f"{text!r} has characters that cannot be seen"
            yield subject.finding(FindingCode.NOT_PRINTABLE, pid, told)


def new_item_findings(subject: Subject) -> Iterator[Finding]:
    """Of an item that would be made."""
    if subject.live is not None:
        return
    content = subject.content
    yield subject.finding(FindingCode.NEW_ITEM, None, "a new item would be made")
    if not content.labels and not content.aliases:
        yield subject.finding(FindingCode.NEW_WITHOUT_NAME, None, "the new item would have no name")
    if not content.descriptions:
        text = "the new item would have no description"
        yield subject.finding(FindingCode.NEW_WITHOUT_DESCRIPTION, None, text)
    if not any(subject.classes):
        text = "the new item would not say what it is"
        yield subject.finding(FindingCode.NEW_WITHOUT_CLASS, p.INSTANCE_OF, text)


def _description(subject: Subject, lang: str, text: str) -> Iterator[Finding]:
    quoted = f"the description in {lang!r}, {text!r},"
    if len(text) > LABEL_LIMIT:
        told = f"the description in {lang!r} has {len(text)} characters, of {LABEL_LIMIT} that fit"
        yield subject.finding(FindingCode.DESCRIPTION_TOO_LONG, None, told)
    standing = subject.live.labels if subject.live else {}
    if folded(text) in {folded(label) for label in (standing | subject.content.labels).values()}:
        yield subject.finding(FindingCode.DESCRIPTION_IS_LABEL, None, f"{quoted} says the same as a name")
    if lang.split("-")[0] != "en" or not text:
        return
    if text[-1] in _PUNCTUATION:
        told = f"{quoted} ends with {text[-1]!r}"
        yield subject.finding(FindingCode.DESCRIPTION_PUNCTUATION, None, told)
    if "A" <= text[0] <= "Z":
        yield subject.finding(FindingCode.DESCRIPTION_UPPERCASE, None, f"{quoted} begins with a capital")
    if text.split()[0].casefold() in _ARTICLES:
        yield subject.finding(FindingCode.DESCRIPTION_ARTICLE, None, f"{quoted} begins with an article")


def _texts(subject: Subject) -> Iterator[tuple[str | None, str]]:
    yield from ((None, text) for _, text in names_of(subject.content))
    yield from ((None, text) for text in subject.content.descriptions.values())
    snaks = dict.fromkeys(s for statement in subject.content.statements for s in all_snaks(statement))
    for snak in snaks:
        if isinstance(snak.value, TextValue | MonolingualValue):
            yield snak.property, snak.value.text
