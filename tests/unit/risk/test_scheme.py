"""What the schemes in the repository make of verbatim values."""

import csv
import io
from datetime import date

import pytest

from heritage.adapters.vocabularies import YamlVocabularies
from heritage.errors import SpecError
from heritage.model.evidence import Axis
from heritage.risk.causes import Causes
from heritage.risk.reading import Part, Reading, read_value
from heritage.risk.scheme import Scheme
from heritage.risk.text import cell_values

SEEN = date(2026, 11, 21)


@pytest.fixture(scope="module")
def vocabularies(repository) -> YamlVocabularies:
    return YamlVocabularies(repository / "datasets" / "_vocabularies")


def read(vocabularies: YamlVocabularies, scheme: str, raw: str) -> Reading | None:
    return read_value(vocabularies.scheme(scheme), raw, record_id="1", observed=SEEN)


@pytest.mark.parametrize(
    ("raw", "meaning"),
    [
        ("Y 2013", "on the list since 2013"),
        (" Y  2013 ", "on the list since 2013"),
        ("Y 1996 P 1984-1992", "on the list since 1996"),
    ],
)
def test_a_site_on_the_danger_list_is_at_risk_for_fifteen_months(vocabularies, raw, meaning):
    evidence = read(vocabularies, "unesco_danger", raw).evidence
    assert (evidence.level, evidence.reliability, evidence.credibility, evidence.cap) == (3, "A", 1, 5)
    assert evidence.axis is Axis.LISTING
    assert evidence.valid_until == date(2028, 2, 21)
    assert evidence.meaning == meaning


@pytest.mark.parametrize("raw", ["P 1997-2005", "P 1984-1988 P 2000-2006"])
def test_a_past_listing_is_known_but_no_evidence(vocabularies, raw):
    reading = read(vocabularies, "unesco_danger", raw)
    assert reading.known
    assert reading.evidence is None
    assert raw in reading.note


@pytest.mark.parametrize("raw", ["", "   ", "\u00a0"])
def test_an_empty_cell_says_nothing(vocabularies, raw):
    assert read(vocabularies, "unesco_danger", raw) is None


@pytest.mark.parametrize(
    "raw", ["Y", "1", "True", "y 2013", "Y 2013?", "Y 20134", "Y 2013\nP 1", "<b>Y 2013</b>"]
)
def test_anything_else_is_not_guessed(vocabularies, raw):
    reading = read(vocabularies, "unesco_danger", raw)
    assert (reading.known, reading.evidence) == (False, None)


def test_priority_letters_of_buildings_are_read_with_their_text(vocabularies):
    """Acceptance case 1, and the half of case 2 that one column can show."""
    text = "A - Immediate risk of further rapid deterioration or loss of fabric; no solution agreed"
    evidence = read(vocabularies, "he_har_building", text).evidence
    assert (evidence.level, evidence.reliability, evidence.credibility) == (4, "A", 2)
    park = "B - Action/strategy agreed but not yet implemented (where trend is declining or unknown)"
    assert not read(vocabularies, "he_har_building", park).known


def test_a_value_may_be_believed_less_than_its_scheme(vocabularies):
    possible = read(vocabularies, "unosat", "Possibly damaged").evidence
    assert (possible.level, possible.reliability, possible.credibility, possible.cap) == (2, "B", 3, 2)
    assert possible.valid_until == date(2027, 11, 21)
    assert read(vocabularies, "unosat", "Destroyed").evidence.valid_until == date(2028, 11, 21)


def test_all_values_of_eamena_are_known(vocabularies):
    levels = {
        value: (reading := read(vocabularies, "eamena_condition", value)).evidence and reading.evidence.level
        for value in ("Destroyed", "Very Bad", "Poor", "Fair", "Good", "Unknown")
    }
    assert levels == {"Destroyed": 5, "Very Bad": 3, "Poor": 2, "Fair": 1, "Good": 0, "Unknown": None}


TREND = {
    "id": "parks",
    "version": 4,
    "source": "S",
    "source_url": "https://example.org",
    "licence": "CC0-1.0",
    "mapping_source": "M",
    "axis": "state",
    "independence_group": "g",
    "reliability": "A",
    "credibility": 2,
    "cap": 4,
    "valid_days": 30,
    "causes": ["natural"],
    "adjust": {
        "words": {
            "Declining": {"by": 1, "from_level": 2},
            "Improving": {"by": -1},
            "Stable": {"by": 0},
            "Unknown": {"by": 0},
        },
        "at_most": 4,
    },
    "certainty": {"Definite": 1, "Medium": 3, "Low": "D4", "Unknown": None},
    "values": [
        {"value": "lost", "level": 5},
        {"value": "extensive", "level": 3, "causes": ["vandalism"], "valid_months": 18},
        {"value": "significant", "level": 2},
        {"value": "minor", "level": 1},
        {"value": "healthy", "level": None},
    ],
}


@pytest.mark.parametrize(
    ("value", "trend", "level"),
    [
        ("extensive", "Declining", 4),
        ("significant", " Declining ", 3),
        ("minor", "Declining", 1),
        ("extensive", "Improving", 2),
        ("minor", "Improving", 0),
        ("extensive", "Stable", 3),
        ("extensive", "", 3),
        ("extensive", None, 3),
        ("lost", "Declining", 4),
        ("lost", "Stable", 5),
    ],
)
def test_a_trend_moves_the_level_within_its_bounds(value, trend, level):
    scheme = Scheme.model_validate(TREND)
    reading = read_value(scheme, value, record_id="1", observed=SEEN, adjust=trend)
    assert reading.evidence.level == level
    assert reading.evidence.scheme_version == 4


@pytest.mark.parametrize(
    ("word", "grade"),
    [
        ("Definite", ("A", 1)),
        ("Medium", ("A", 3)),
        ("Low", ("D", 4)),
        ("Unknown", ("A", 2)),
        ("", ("A", 2)),
        (("Definite", "Definite"), ("A", 1)),
        (("Definite", "Medium", "Unknown"), ("A", 3)),
        (("Low", "Definite"), ("D", 4)),
    ],
)
def test_how_sure_the_assessor_was_decides_how_far_it_is_believed(word, grade):
    evidence = read_value(
        Scheme.model_validate(TREND), "minor", record_id="1", observed=SEEN, certainty=word
    ).evidence
    assert (evidence.reliability, evidence.credibility) == grade


def test_validity_may_be_told_in_days_and_a_value_may_hold_longer():
    scheme = Scheme.model_validate(TREND)
    days = {
        value: read_value(scheme, value, record_id="1", observed=SEEN).evidence.valid_until
        for value in ("minor", "extensive")
    }
    assert days == {"minor": date(2026, 12, 21), "extensive": date(2028, 5, 21)}


def test_words_of_trend_and_certainty_that_are_unknown_leave_no_evidence():
    reading = read_value(
        Scheme.model_validate(TREND),
        "extensive",
        record_id="1",
        observed=SEEN,
        adjust="Getting worse",
        certainty="Pretty",
    )
    assert reading.evidence is None
    assert reading.unknown == ((Part.ADJUST, "Getting worse"), (Part.CERTAINTY, "Pretty"))


def test_causes_are_those_of_scheme_value_and_column_and_an_unknown_one_is_told(vocabularies):
    reading = read_value(
        Scheme.model_validate(TREND),
        "extensive",
        record_id="1",
        observed=SEEN,
        causes=["looting/illegal  activities", "Martians"],
        vocabulary=vocabularies.causes(),
    )
    assert reading.evidence.causes == ("looting-illegal-activities", "natural", "vandalism")
    assert reading.unknown == ((Part.CAUSES, "Martians"),)


def test_a_word_stands_for_one_cause():
    one = {"id": "fire", "label": "Fire", "words": ["Burning"]}
    facts = {"version": 1, "source": "S", "source_url": "https://example.org"}
    causes = Causes.model_validate(facts | {"causes": [one]})
    assert [causes.read(word) for word in ("FIRE", " burning", "smoke")] == ["fire", "fire", None]
    with pytest.raises(ValueError, match="stands for both fire and heat"):
        Causes.model_validate(facts | {"causes": [one, {"id": "heat", "label": "burning"}]})


def test_a_cause_that_the_vocabulary_lacks_is_a_fault_of_the_scheme(tmp_path, repository):
    folder = tmp_path / "risk"
    folder.mkdir()
    source = repository / "datasets" / "_vocabularies" / "risk"
    (folder / "causes.yaml").write_text((source / "causes.yaml").read_text())
    text = (source / "unosat.yaml").read_text()
    (folder / "unosat.yaml").write_text(text.replace("axis:", "causes: [martians]\naxis:"))
    with pytest.raises(SpecError, match=r"unosat.yaml: causes: martians"):
        YamlVocabularies(tmp_path).scheme("unosat")


def test_the_end_of_a_month_stays_inside_its_month(vocabularies):
    scheme = vocabularies.scheme("unesco_danger")
    reading = read_value(scheme, "Y 2013", record_id="1", observed=date(2026, 11, 30))
    assert reading.evidence.valid_until == date(2028, 2, 29)


def test_cells_of_typed_formats_are_values_too():
    assert cell_values(None) == ()
    assert cell_values('["Fair", null, ["Poor"], " ", 3]') == ("Fair", "Poor", "3")
    assert cell_values("[Fair") == ("[Fair",)


@pytest.mark.parametrize("name", ["../licences", "combination", "nothing_like_it"])
def test_a_scheme_that_does_not_exist_is_named(vocabularies, name):
    with pytest.raises(SpecError, match=r"scheme"):
        vocabularies.scheme(name)


def test_a_misspelt_scheme_is_told_with_the_one_that_was_meant(vocabularies):
    with pytest.raises(SpecError, match=r"did you mean 'gdacs_alert'\?") as refused:
        vocabularies.scheme("gdacs_alrt")
    assert "datasets/_vocabularies/risk/gdacs_alrt.yaml" in str(refused.value)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ("[{pattern: 'Y (', level: 3}]", "not a regular expression"),
        ("[{value: Y, pattern: Y, level: 3}]", "either value or pattern"),
        ("[{value: Y, level: 9}]", "less than or equal to 5"),
        ("[{value: Y, level: 3, meaning: 'since {year}'}]", "no group of the pattern: year"),
        ("[{value: Y, level: 3}, {value: Y, level: 4}]", "values given twice .*: Y"),
        ("[{value: Y, level: 3}, {value: ' Y  ', level: 4}]", "given twice .*: Y"),
        ("[{value: Y, level: 3, levle: 4}]", r"line 1, values\.0\.levle: unknown key, did you mean 'level'"),
        ("[{value: Y}]", r"line 1, values\.0\.level: it is missing"),
        ("[{value: no, level: 3}]", "put the word in quotes"),
        ("[{pattern: 'Y(?P<a>1)?', level: 3, meaning: '{a'}]", "stands alone"),
        ("[{pattern: 'Y(?P<a>1)?', level: 3, meaning: '{}'}]", "no group of the pattern: {}"),
        ("{value: Y}", "a list is wanted"),
        ("[{value: Y, level: 3, valid_days: 3, valid_months: 3}]", "not both"),
        ("[{value: Y, level: 3}], valid_days: 9", "either valid_months or valid_days"),
        (
            "[{value: Y, level: 3}], certainty: {Sure: G7}",
            r"certainty\.Sure: write a credibility from 1 to 6",
        ),
        ("[{value: Y, level: 3}], adjust: {words: {}}", "adjust"),
        (
            "[{value: Y, level: 3}], adjust: {words: {Up: {by: 1}, ' Up': {by: 2}}}",
            "adjust.words given twice",
        ),
        ("[{value: Y, level: 3}], certainty: {Sure: 1, 'Sure ': 2}", "certainty given twice"),
    ],
)
def test_a_wrong_scheme_says_what_is_wrong(tmp_path, values, message):
    folder = tmp_path / "risk"
    folder.mkdir()
    (folder / "odd.yaml").write_text(
        "{id: odd, version: 1, source: S, source_url: 'https://example.org', licence: CC0-1.0, "
        "mapping_source: M, axis: state, independence_group: g, reliability: A, credibility: 1, cap: 5, "
        f"valid_months: 1, values: {values}}}"
    )
    with pytest.raises(SpecError, match=message) as caught:
        YamlVocabularies(tmp_path).scheme("odd")
    assert "odd.yaml" in str(caught.value)
    assert "Input should be a valid" not in str(caught.value)


@pytest.mark.parametrize("content", ["", "- a\n", "text"])
def test_a_scheme_file_that_is_empty_or_no_mapping_is_told(tmp_path, content):
    (tmp_path / "risk").mkdir()
    (tmp_path / "risk" / "odd.yaml").write_text(content)
    with pytest.raises(SpecError, match=r"odd\.yaml: the file is empty, or no mapping of keys to values"):
        YamlVocabularies(tmp_path).scheme("odd")


def test_a_group_of_a_pattern_that_matched_nothing_stands_for_nothing(tmp_path):
    (tmp_path / "risk").mkdir()
    (tmp_path / "risk" / "odd.yaml").write_text(
        "{id: odd, version: 1, source: S, source_url: 'https://example.org', licence: CC0-1.0, "
        "mapping_source: M, axis: state, independence_group: g, reliability: A, credibility: 1, cap: 5, "
        "valid_months: 1, values: [{pattern: 'Y( (?P<year>[0-9]+))?', level: 3, meaning: 'since {year}'}]}"
    )
    found = YamlVocabularies(tmp_path).scheme("odd").meaning_of("Y")
    assert found is not None
    assert found[1] == "since "


@pytest.mark.shared_data
def test_every_value_of_the_published_danger_list_is_known(vocabularies, shared_data):
    text = (shared_data / "registers" / "world" / "unesco-whc-sites-2019.csv").read_bytes()
    rows = csv.DictReader(io.StringIO(text.decode("cp1252", "replace")))
    readings = [
        reading for row in rows if (reading := read(vocabularies, "unesco_danger", row["danger_list"]))
    ]
    assert all(reading.known for reading in readings)
    assert (sum(r.evidence is not None for r in readings), len(readings)) == (53, 88)
