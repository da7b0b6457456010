"""The catalogues: every message of the pages is in each of them, with the same gaps, and nothing else."""

import re
import string
import sys
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Message

from heritage.model.said import Said
from heritage.web.tongue import LANGUAGES, Tongue, tongue_of

sys.path.append(str(Path(__file__).parents[3] / "scripts"))
import messages

TRANSLATED = [code for code in LANGUAGES if code != "en"]


def gaps(text: str) -> set[str]:
    """What is filled in, as `%(name)s` or `{name:form}`."""
    named = {f"%({name})s" for name in re.findall(r"%\((\w+)\)s", text)}
    fields = string.Formatter().parse(text) if not named else ()
    return named | {f"{name}!{conversion or ''}:{spec}" for _, name, spec, conversion in fields if name}


def tags(text: str) -> list[str]:
    return re.findall(r"<[^>]*>", text)


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_message_is_missing_or_has_other_gaps(code: str) -> None:
    kept = messages.read(code)
    wanted = dict(messages.extracted())
    assert {_first(one) for one in kept if one.id} == set(wanted), "run scripts/messages and translate"
    for one, more in wanted.items():
        found = kept.get(one)
        assert found is not None
        assert not found.fuzzy, one
        forms = [found.string] if isinstance(found.string, str) else list(found.string)
        assert len(forms) == (kept.num_plurals if more else 1), one
        for form in forms:
            assert form.strip(), f"{code}: {one!r} is not translated"
            assert gaps(one) <= gaps(form) <= gaps(one) | gaps(more), f"{code}: {one!r} is {form!r}"
            assert tags(form) == tags(one), f"{code}: {one!r} is {form!r}"
        if more:
            assert gaps(forms[-1]) == gaps(more), f"{code}: {more!r} is {forms[-1]!r}"


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_says_and_writes_in_its_own_way(code: str) -> None:
    tongue = Tongue(code, "Asia/Tbilisi")
    said = tongue.said(
        Said("{at_risk} of {total} records are at risk or worse.", {"at_risk": 41, "total": 12345})
    )
    assert "41" in said
    assert "12345" not in said
    assert ("records" in said) is (code == "en")
    assert tongue.direction == Locale.parse(code).text_direction


def test_sentences_are_filled_and_never_looked_into() -> None:
    english = Tongue()
    hostile = Said(
        "{a} {b!r} {c:.0%} {d:.2f}", {"a": "{b.__class__}", "b": "\u202eevil", "c": 0.931, "d": 1.5}
    )
    assert english.said(hostile) == "{b.__class__} “evil” 93% 1.50"
    inner = Said("By {group}.", {"group": Said("type")})
    assert Tongue("sv").said(Said("Licence: {reason}", {"reason": inner})) == "Licens: By typ."
    assert english.said("{as it is}") == "{as it is}"


@pytest.mark.parametrize(
    ("accepts", "code"),
    [
        ("", "en"),
        ("*", "en"),
        ("de, fr;q=0.5", "fr"),
        ("uk-UA,ru;q=0.9", "uk"),
        ("sv;q=x, pl;q=0.1", "pl"),
        ("a" * 9999, "en"),
    ],
)
def test_the_browser_s_languages_are_read_in_order(accepts: str, code: str) -> None:
    assert tongue_of("", "", accepts, "").code == code
