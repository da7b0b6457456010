"""Lists for photographers and remarks for owners: what is in them, to the letter, and what runs nowhere."""

import csv
import io
import json
from pathlib import Path

import pytest
from house import House, place
from hypothesis import given
from hypothesis import strategies as st
from ways_out import ROOT, feedback_to_owners, list_for_photographers

from heritage.adapters.exports.feedback import feedback_files
from heritage.adapters.exports.wlm import page_of, wikitext, wlm_files
from heritage.adapters.harvest.formats.wikitext import calls, canonical, plain
from heritage.errors import SpecError
from heritage.model.edit import CoordinateValue, ItemValue, Kind, Snak, Statement, TextValue
from heritage.ports.feedback import About, Feedback, Remark, Sure
from heritage.ports.wlm import Illustrated, ListedSite, SiteList
from heritage.spec.wlm import list_of, load_lists
from heritage.statements.live import LiveItem, LiveStatement
from heritage.statements.pictures import pictures_of
from heritage.statements.remarks import identifiers_of, others, source_of

LISTS = load_lists(ROOT / "datasets/_vocabularies/wlm.yaml")
EVIL = "Q|}} {{subst:x}} [[File:a.jpg]] <nowiki>''b'' ~~~~ = __TOC__ https://evil.example ISBN 123"


def site(id: str, name: str = "Tower", **changed: object) -> ListedSite:
    given = {"municipality": "Town", "address": "1 Lane", "lat": 57.5, "lon": -4.25, "url": "", "item": "Q1"}
    given |= {"shown": Illustrated(), "urgent": False}
    return ListedSite(id=id, name=name, **given | changed)  # type: ignore[arg-type]


def listed(*sites: ListedSite) -> SiteList:
    return SiteList("xx", "Towers", "en", sites, None, {})


def rows_of(text: str) -> list[dict[str, str]]:
    """As a spreadsheet opens it: by its mark it is UTF-8."""
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


@given(st.one_of(st.just(EVIL), st.just("* list"), st.text(max_size=60)))
def test_whatever_a_name_says_a_page_has_one_row_with_the_name_to_the_letter(name: str) -> None:
    templates = LISTS["gb-sct_en"]
    page = page_of([site("1", name)], "Town", templates, listed())
    [row] = calls(page, [canonical(templates.row)])
    assert row.values is not None
    assert plain(row.values["hb"]) == "1"
    shown = wikitext(name)
    assert str(row.values["name"]).strip() == shown
    for sign in ("[[", "{{", "<", "''", "~~~", "__", "://", "|"):
        assert sign not in shown


def test_a_list_puts_what_is_in_danger_and_has_no_image_first(tmp_path: Path) -> None:
    places = [place(i, d, 0.5, 0.5, r) for i, (d, r) in enumerate([("S0", ()), ("S0", ("R11",)), ("S3", ())])]
    text = list_for_photographers(House(tmp_path, places))
    rows = json.loads(text.split("monuments.json\n")[1].split("\nlists/")[0])
    assert [(row["id"], row["urgent"]) for row in rows] == [("zzid0zz", 1), ("zzid1zz", 0)]
    assert rows[0]["wd_item"] == "Q50"
    assert (rows[0]["country"], rows[0]["adm0"], rows[0]["lang"]) == ("gb-sct", "gb", "en")
    assert str(places[0].lat) in text
    assert "Kept back: 1 (disclosure keeps something of them back)" in text


def test_pages_are_by_municipality_and_files_of_commons_are_named_only_as_such() -> None:
    shown = Illustrated("St. Peter's.jpg", "Tower}} {{x", "Tower")
    many = [site(str(n), municipality="A/../B") for n in range(301)] + [
        site("x", shown=shown, municipality="")
    ]
    files = wlm_files(listed(*many), LISTS["gb-sct_en"], "gb-sct_en")
    assert [name for name in files if name.startswith("lists/")] == [
        "lists/0001-other.wikitext",
        "lists/0002-A_B.wikitext",
        "lists/0003-A_B.wikitext",
    ]
    page = files["lists/0001-other.wikitext"]
    assert " | image = St. Peter's.jpg\n" in page
    assert " | commonscat = \n" in page
    assert page.endswith("|}\n")


def test_the_list_of_a_country_is_found_or_the_choice_is_told() -> None:
    assert list_of(LISTS, "by", "") == "by_be-tarask"
    assert list_of(LISTS, "gb", "gb-eng_en") == "gb-eng_en"
    for country, wanted, told in [
        ("gb", "", "gb-eng_en or gb-nir_en"),
        ("qq", "", "none"),
        ("by", "x_y", "by_be"),
    ]:
        with pytest.raises(SpecError, match=told):
            list_of(LISTS, country, wanted)


def test_an_item_tells_its_picture_category_and_article() -> None:
    def claim(text: str, rank: str) -> dict[str, object]:
        snak = {"snaktype": "value", "property": "P18", "datavalue": {"type": "string", "value": text}}
        return {"id": f"Q1${text}", "rank": rank, "mainsnak": snak}

    claims = {"P18": [claim("A.jpg", "normal"), claim("B.jpg", "preferred"), claim("C.jpg", "deprecated")]}
    links = {"commonswiki": {"title": "Category:Tower"}, "be_x_oldwiki": {"title": "Вежа"}}
    entity = {"id": "Q1", "claims": claims, "sitelinks": links}
    assert pictures_of(entity, "be-tarask") == ("B.jpg", "Tower", "Вежа")
    assert pictures_of({"id": "Q1", "sitelinks": {"commonswiki": {"title": "Tower"}}}, "en") == ("", "", "")


def test_only_what_rests_on_another_source_speaks_against_a_register() -> None:
    def standing(*snaks: Snak, lat: float = 50.0) -> LiveStatement:
        return LiveStatement(
            "Q1$1", "P625", CoordinateValue(lat, 8.0, 1e-5), "normal", (snaks,) if snaks else ()
        )

    book, wiki = Snak("P854", TextValue("https://survey.example/1")), Snak("P143", ItemValue("Q52"))
    ours = Snak("P248", ItemValue("Q500"))
    assert source_of(standing(book), "Q500") == "https://survey.example/1"
    assert source_of(standing(Snak("P248", ItemValue("Q7"))), "Q500") == "Q7"
    assert source_of(standing(Snak("P1476", TextValue("x"))), "Q500") == ""
    for unsourced in (standing(), standing(wiki), standing(ours), standing(ours, book)):
        assert source_of(unsourced, "Q500") is None
    said = Statement("P625", CoordinateValue(50.00001, 8.0, 1e-4), Kind.PLACE, ())

    def told(one: LiveStatement, mine: Statement | None) -> list[tuple[str, str]]:
        return others(LiveItem("Q1", 1, {}, {}, {}, (one,)), mine, "P625", "Q500")

    assert told(standing(book), said) == []
    assert told(standing(book, lat=51.0), said) == [("51.0, 8.0", "https://survey.example/1")]
    assert told(standing(wiki, lat=51.0), said) == []
    assert told(standing(book), None)


def test_identifiers_of_other_registers_are_told_by_their_datatype() -> None:
    def claim(datatype: str, value: str) -> dict[str, object]:
        snak = {"snaktype": "value", "datatype": datatype, "datavalue": {"type": "string", "value": value}}
        return {"mainsnak": snak}

    claims = {
        "P1216": [claim("external-id", "1")],
        "P4007": [claim("external-id", "x-2")],
        "P1": [claim("string", "s")],
    }
    assert list(identifiers_of({"claims": claims}, "P1216")) == [("P4007", "x-2")]
    assert list(identifiers_of({"claims": []}, "P1216")) == []


def test_remarks_name_records_by_their_ids_alone(tmp_path: Path) -> None:
    places = [place(0, "S0", 0.5, 0.5), place(1, "S2", 0.5, 0.5)]
    text = feedback_to_owners(House(tmp_path, places))
    rows = rows_of(text.split("[\n")[0])
    assert [(row["record_id"], row["about"]) for row in rows] == [
        ("zzid0zz", About.PLACE_DIFFERS.value),
        ("zzid0zz", About.NAME.value),
    ]
    assert rows[0]["how_sure"] == Sure.SOURCED.value
    assert rows[0]["detail"].endswith(" m apart")
    assert rows[0]["link"] == "https://www.wikidata.org/wiki/Q50"
    assert text.split("Not compared: ")[1].startswith("1 record (")


@pytest.mark.parametrize("evil", ["=HYPERLINK(1)", "+1", "-1", "@x", "\t=1"])
def test_no_cell_is_a_formula(evil: str) -> None:
    remark = Remark(evil, About.NAME, evil, "label", "Q1", evil, Sure.UNSOURCED, evil)
    [row] = rows_of(feedback_files(Feedback("xx", "T", "P", (remark,), 1, {}))["feedback.csv"])
    assert not any(value.strip().startswith(("=", "+", "-", "@")) for value in row.values())
    files = wlm_files(listed(site(evil, evil)), LISTS["by_be-tarask"], "by_be-tarask")
    [line] = rows_of(files["monuments.csv"])
    assert not any(line[name].strip().startswith(("=", "+", "-", "@")) for name in ("id", "name"))
