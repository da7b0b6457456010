import re
from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from heritage.mapping.date_words import DateWords, plain
from heritage.mapping.dates import DateReader, Unread
from register_examples import VOCABULARIES

WORDS = DateWords.model_validate(yaml.safe_load((VOCABULARIES / "dates.yaml").read_text(encoding="utf-8")))
READERS = {lang: DateReader(WORDS, [lang]) for lang in WORDS.languages}
ORDERS = st.sampled_from(["ymd", "dmy", "mdy"])

DAY = r"(?:-?\d{4}|Y-\d{5,})(?:-\d\d(?:-\d\d)?)?[~?%]?"
EDTF = re.compile(rf"{DAY}|{DAY}/{DAY}|\.\./{DAY}|{DAY}/\.\.|-?\d\dXX|\d{{3}}X")


def read(lang, text, order="dmy"):
    return READERS[lang].read(text, order)


@pytest.mark.parametrize(
    ("lang", "text", "edtf"),
    [
        ("en", "1890", "1890"),
        ("en", "1890.0", "1890"),
        ("en", "Y 2003", "2003"),
        ("en", "980", "0980"),
        ("en", "12 May 1890", "1890-05-12"),
        ("en", "May 12, 1890", "1890-05-12"),
        ("en", "May 1890", "1890-05"),
        ("en", "05/1890", "1890-05"),
        ("en", "1890s", "189X"),
        ("en", "1800s", "18XX"),
        ("en", "18th century", "17XX"),
        ("en", "18th Century AD", "17XX"),
        ("en", "C18", "17XX"),
        ("en", "early C19", "18XX"),
        ("en", "mid-18th century", "17XX"),
        ("en", "first half of the 18th century", "1700/1749"),
        ("en", "18th century, second half", "1750/1799"),
        ("en", "c1850", "1850~"),
        ("en", "Circa 1850?", "1850%"),
        ("en", "c. 18th century", "1700~/1799~"),
        ("en", "1850 (?)", "1850?"),
        ("en", "before 1850", "../1850"),
        ("en", "pre-1914", "../1914"),
        ("en", "before c. 1850", "../1850~"),
        ("en", "before the 18th century", "../1799"),
        ("en", "after 1850", "1850/.."),
        ("en", "between 1890 and 1895", "1890/1895"),
        ("en", "from 1890 to 1895", "1890/1895"),
        ("en", "1890–1895", "1890/1895"),
        ("en", "1890-95", "1890/1895"),
        ("en", "c.1890-1895", "1890~/1895~"),
        ("en", "17th-18th century", "1600/1799"),
        ("en", "late C18 to early C19", "1700/1899"),
        ("en", "1880s-1890s", "1880/1899"),
        ("en", "44 BC", "-0043"),
        ("en", "AD 79", "0079"),
        ("en", "200-100 BC", "-0199/-0099"),
        ("en", "50 BC - 100 AD", "-0049/0100"),
        ("en", "2nd century BC", "-01XX"),
        ("en", "12000 BC", "Y-11999"),
        ("sv", "1700-talet", "17XX"),
        ("sv", "1890-tal", "189X"),
        ("sv", "början av 1700-talet", "17XX"),
        ("sv", "omkring 1850", "1850~"),
        ("de", "1890er Jahre", "189X"),
        ("de", "18. Jh.", "17XX"),
        ("de", "17./18. Jh.", "1600/1799"),
        ("de", "1. Hälfte 18. Jh.", "1700/1749"),
        ("de", "2. Hälfte des 18. Jahrhunderts", "1750/1799"),
        ("de", "um 1850/60", "1850~/1860~"),
        ("de", "vor 1850", "../1850"),
        ("de", "1850 bis 1860", "1850/1860"),
        ("de", "bis 1850", "../1850"),
        ("de", "44 v. Chr.", "-0043"),
        ("de", "12. Mai 1890", "1890-05-12"),
        ("ru", "XVIII век", "17XX"),
        ("ru", "XVIII в.", "17XX"),
        ("ru", "до 1850", "../1850"),
        ("ru", "около 1850", "1850~"),
        ("ru", "1890-е годы", "189X"),
        ("ru", "12 мая 1890 г.", "1890-05-12"),
        ("ru", "кон. XVIII - нач. XIX в.", "1700/1899"),
        ("ru", "44 до н. э.", "-0043"),
        ("ru", "1-я пол. XIX в.", "1800/1849"),
        ("uk", "XVIII ст.", "17XX"),
        ("uk", "ХІХ ст.", "18XX"),  # in Cyrillic letters
        ("uk", "поч. XX ст.", "19XX"),
        ("uk", "1890-ті рр.", "189X"),
        ("es", "siglo XVIII", "17XX"),
        ("es", "s. XVIII", "17XX"),
        ("es", "siglos XVII-XVIII", "1600/1799"),
        ("es", "ante 1850", "../1850"),
        ("es", "12 de mayo de 1890", "1890-05-12"),
        ("pl", "XVIII wiek", "17XX"),
        ("pl", "XVIII w.", "17XX"),
        ("pl", "1 poł. XIX w.", "1800/1849"),
        ("pl", "XVIII/XIX w.", "1700/1899"),
        ("pl", "ok. 1850 r.", "1850~"),
        ("nl", "18e eeuw", "17XX"),
        ("nl", "jaren 1890", "189X"),
        ("fr", "XVIIIe siècle", "17XX"),
        ("fr", "2e moitié du 19e siècle", "1850/1899"),
        ("fr", "vers 1850", "1850~"),
        ("fr", "avant 1850", "../1850"),
        ("fr", "IIe siècle av. J.-C.", "-01XX"),
        ("fr", "1er mai 1890", "1890-05-01"),
        ("it", "XVIII secolo", "17XX"),
        ("it", "fra 1850 e 1860", "1850/1860"),
        ("da", "fra 1850", "1850/.."),
        ("ka", "მე-18 საუკუნე", "17XX"),
        ("ka", "XVIII ს.", "17XX"),
        ("ja", "1890年5月12日", "1890-05-12"),
        ("ja", "18世紀後半", "1750/1799"),
        ("el", "18ος αιώνας", "17XX"),
        ("hu", "XVIII. század", "17XX"),
        ("sv", "vor 1850", "../1850"),  # a word of another language that means one thing everywhere
    ],
)
def test_reads_dates_as_registers_write_them(lang, text, edtf):
    assert read(lang, text) == edtf
    assert EDTF.fullmatch(edtf)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("01/02/1903", "ymd"),  # no order is described
        ("13/02/1903", "mdy"),
        ("1901-02", "dmy"),  # a month, or a winter
        ("1890/05", "ymd"),
        ("12/05/03", "dmy"),
        ("1890-02-30", "ymd"),
        ("1890-13", "ymd"),
        ("1895-1890", "ymd"),
        ("0000", "ymd"),
        ("9999", "ymd"),
        ("31.12.9999", "dmy"),
        ("12", "ymd"),
        ("XVIII", "ymd"),
        ("1890, 1895", "ymd"),
        ("1890 or 1891", "ymd"),
        ("unknown", "ymd"),
        ("built 1890", "ymd"),
        ("99th century", "ymd"),
        ("first half of 1890", "ymd"),
        ("1890 " * 40, "ymd"),
        ("", "ymd"),
    ],
)
def test_guesses_nothing(text, order):
    assert read("en", text, order) is Unread.UNREADABLE


@pytest.mark.parametrize(
    "text", ["BE 2450", "พ.ศ. 2450", "1250 AH", "12 May 1690 (O.S.)", "4 July 1790 Julian"]
)
def test_another_calendar_is_told_and_not_converted(text):
    assert read("en", text.replace("(", "").replace(")", "")) is Unread.CALENDAR


def test_own_words_come_first_and_words_of_two_meanings_count_at_home_only():
    assert read("da", "fra 1850") == "1850/.."
    assert read("it", "fra 1850") is Unread.UNREADABLE
    assert read("sv", "fra 1850") is Unread.UNREADABLE


@given(st.dates(date(1000, 1, 1), date(2100, 12, 31)), st.sampled_from("-/."))
def test_a_day_comes_back_in_the_order_that_is_described(day, mark):
    y, m, d = f"{day.year}", f"{day.month:02}", f"{day.day:02}"
    for order, parts in (("ymd", (y, m, d)), ("dmy", (d, m, y)), ("mdy", (m, d, y))):
        assert read("en", mark.join(parts), order) == day.isoformat()
        assert read("en", "".join(parts), order) == day.isoformat()
        assert read("en", f"{mark.join(parts)} 10:30:00", order) == day.isoformat()
        assert read("en", f"{day.isoformat()}T22:00:00Z", order) == day.isoformat()


@given(st.sampled_from(sorted(READERS)), st.integers(2, 21), st.data())
def test_a_century_is_read_in_every_language(lang, number, data):
    romans = [
        "",
        *[
            "I",
            "II",
            "III",
            "IV",
            "V",
            "VI",
            "VII",
            "VIII",
            "IX",
            "X",
            "XI",
            "XII",
            "XIII",
            "XIV",
            "XV",
            "XVI",
            "XVII",
            "XVIII",
            "XIX",
            "XX",
            "XXI",
        ],
    ]
    words = WORDS.languages[lang].century
    if not words:
        return
    word = data.draw(st.sampled_from(words))
    assert read(lang, f"{romans[number]} {word}") == f"{number - 1:02}XX"
    assert read(lang, f"{number} {word}") == f"{number - 1:02}XX"


@given(st.sampled_from(sorted(READERS)), st.integers(1000, 2100), st.data())
def test_words_around_a_year_are_read_in_every_language(lang, year, data):
    words = WORDS.languages[lang]
    for role, edtf in (
        ("circa", f"{year}~"),
        ("before", f"../{year}"),
        ("after", f"{year}/.."),
        ("filler", f"{year}"),
    ):
        if known := [word for word in getattr(words, role) if len(words.roles()[plain(word)]) == 1]:
            assert read(lang, f"{data.draw(st.sampled_from(known))} {year}") == edtf


@given(st.sampled_from(sorted(READERS)), st.integers(1, 12), st.data())
def test_months_are_read_in_every_language(lang, month, data):
    months = WORDS.languages[lang].months
    if months:
        name = data.draw(st.sampled_from(months[month - 1]))
        assert read(lang, f"12 {name.upper()} 1890") == f"1890-{month:02}-12"


PIECES = st.sampled_from(
    [
        *"0123456789-/., ?~",
        "18",
        "1890",
        "1895",
        "XVIII",
        "century",
        "s",
        "c.",
        "before",
        "first half",
        "BC",
        "Jh.",
        "um",
        "до",
        "век",
        "-talet",
        "e",
        "and",
        "to",
        "between",
        "AD",
        "May",
        "年",
        "მე-",
        "\x00",
        "٣",
    ]
)


@given(st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=8).map("".join)), ORDERS)
def test_any_text_is_a_date_or_none(text, order):
    for reader in READERS.values():
        found = reader.read(text, order)
        assert isinstance(found, Unread) or EDTF.fullmatch(found), found
