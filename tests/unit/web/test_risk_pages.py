"""The pages on risk through HTTP, over a real store: what they show, what they keep to themselves."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from browsing import NO_UPLOADS, Amina, nothing
from heritage.errors import GovernanceError
from heritage.licence.leaving import Credit
from heritage.model.evidence import Level
from heritage.ports.risk_pages import Age, Chosen
from heritage.web.app import create_app
from heritage.web.chosen import query
from heritage.web.services import RiskServices, Services
from report_examples import HOSTILE
from risk_examples import Registers, Site, registers

BASE = "http://pages.example/"
Open = Callable[[Registers], TestClient]


def client_of(services: RiskServices) -> TestClient:
    unasked = (nothing, nothing, nothing, nothing)
    return TestClient(
        create_app(Services(*unasked, risk=services, uploads=NO_UPLOADS), Amina, "a secret"), base_url=BASE
    )


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return client_of(registers(tmp_path_factory.mktemp("risk")).services())


def names(page: str) -> list[str]:
    return [unescape(one) for one in re.findall(r"<h3>.*?<bdi[^>]*>(.*?)</bdi>", page)]


def on_map(pages: TestClient, query: str = "", zoom: float = 0) -> list[dict]:
    found = pages.get(f"/risk/places.geojson?zoom={zoom}&{query}").json()["features"]
    return [feature["properties"] for feature in found]


def test_the_list_begins_with_the_worst_and_says_why(pages: TestClient) -> None:
    page = pages.get("/risk").text
    listed = names(page)
    assert listed[:4] == ["Clock tower of Tripoli", "Burial mounds", "Old mill of Visby", "Mud brick mosque"]
    assert len(listed) == 25
    assert "59 sites of three registers; sixteen of them are at risk" in page
    assert "Page 1 of 3" in page
    assert "seen 1 June 2026" in page, "days are written as people write them"
    assert "2026-06-01" not in page


def test_sources_whose_licence_asks_for_it_are_named(tmp_path: Path) -> None:
    made = registers(tmp_path)
    assert "because their licences ask for it" not in client_of(made.services()).get("/risk").text
    owed = (
        Credit("se_a", HOSTILE, "CC-BY-4.0", "javascript:alert(1)", False),
        Credit("se_b", "© Office", "ODbL-1.0", "https://office.example/licence", True),
    )
    services = made.services()
    told = replace(services, sites=lambda *wanted: replace(services.sites(*wanted), credits=owed))
    page = client_of(told).get("/risk").text
    assert (
        '<li><bdi>© Office</bdi>, <a href="https://office.example/licence" rel="noopener noreferrer">ODbL-1.0'
        "</a>; what comes from it stays under this licence and apart from the rest.</li>" in page
    )
    assert "<script>alert" not in page
    assert "javascript:" not in page


def test_every_page_of_the_list_together_has_every_site_once(pages: TestClient) -> None:
    address, listed = "/risk", []
    while address:
        page = pages.get(address).text
        listed += re.findall(r'<h3><a href="(risk/[^"]+)"', page)
        more = re.search(r'rel="next" href="([^"#]+)', page)
        address = unescape(f"/{more[1]}") if more else ""
    assert len(listed) == len(set(listed)) == 59


@pytest.mark.parametrize(
    ("chosen", "sites", "first"),
    [
        ("level=critical", 3, "Burial mounds"),
        ("level=critical&level=lost", 4, "Clock tower of Tripoli"),
        ("country=Q230", 1, "Weavers' houses"),
        ("cause=looting-illegal-activities", 2, "Burial mounds"),
        ("dataset=se_guarded", 2, "Burial mounds"),
        ("flag=stale", 1, "Lighthouse"),
        ("flag=stale&flag=candidate_lost", 2, "Coral stone town"),
        ("tasks=open", 5, "Old mill of Visby"),
        ("age=older", 12, "Farmstead 18"),
        ("age=none&dataset=world_sample", 2, "Printing house"),
        ("level=critical&country=Q34", 2, "Burial mounds"),
    ],
)
def test_a_filter_narrows_the_list_and_the_map_and_stands_in_the_address(
    pages: TestClient, chosen: str, sites: int, first: str
) -> None:
    page = pages.get(f"/risk?{chosen}").text
    assert names(page)[0] == first
    assert re.search(r"(\w+) sites? of 59 fit", page)
    assert page.count("<h3>") == min(sites, 25)
    placed = sites - page.count("not on the map")
    assert sum(mark["count"] for mark in on_map(pages, chosen)) == placed
    for pair in chosen.split("&"):
        name, value = pair.split("=")
        assert re.search(rf'value="{value}"(?: selected| checked)', page), f"{name} is shown as chosen"
    assert unescape(re.search(r'data-places="([^"]+)"', page)[1]).endswith(chosen_again(chosen))


def chosen_again(chosen: str) -> str:
    """As the pages write an address themselves."""
    from fastapi.datastructures import QueryParams

    from heritage.web.chosen import asked

    given = QueryParams(chosen)
    rest = {name: value for name, value in given.items() if name not in ("level", "flag")}
    return query(asked(given.getlist("level"), given.getlist("flag"), **rest).chosen)


@pytest.mark.parametrize(
    "odd",
    ["level=worse", "age=yesterday", "flag=<script>", "page=-3", "page=99999999999", "page=x", "tasks="],
)
def test_what_is_no_filter_is_left_out(pages: TestClient, odd: str) -> None:
    answer = pages.get(f"/risk?{odd}")
    assert answer.status_code == 200
    assert "59 sites" in answer.text
    assert "<script>" not in answer.text


def test_nothing_fits(pages: TestClient) -> None:
    page = pages.get("/risk?country=Q1").text
    assert "None of the 59 sites fits what you chose." in page
    assert "No site fits" in page
    assert on_map(pages, "country=Q1") == []


def test_each_choice_is_named_and_can_be_taken_back_alone(pages: TestClient) -> None:
    page = pages.get("/risk?level=critical&level=watch&flag=stale&country=Q34&age=year&tasks=open").text
    shown = re.search(r'aria-label="What you chose">(.*?)</ul>', page, re.S)
    assert shown
    links = dict(re.findall(r'href="risk\?([^"]*)">.*?<bdi>(.*?)</bdi>', unescape(shown[1])))
    whole = query(Chosen((Level.CRITICAL, Level.WATCH), "Q34", age=Age.YEAR, flags=("stale",), tasks=True))
    told = ["critical", "to watch", "Sweden", "seen within the last year", "all evidence has expired"]
    assert list(links.values()) == [*told, "with an open question"]
    assert all(set(rest.split("&")) < set(whole.split("&")) for rest in links)
    assert len({len(rest.split("&")) for rest in links}) == 1, "each leaves all the others"


def test_a_filter_offers_what_the_others_leave_and_counts_it(pages: TestClient) -> None:
    page = pages.get("/risk?level=critical&country=Q34").text
    assert '<option value="Q34" selected>Sweden (2)</option>' in page
    assert '<option value="Q912">Mali (1)</option>' in page
    assert "Tanzania" not in page, "none of its sites is critical"


def test_what_is_said_instead_of_a_cause_is_shown_as_none(tmp_path: Path) -> None:
    sites = [
        Site("1", "Fort", "critical", 1.0, 1.0, causes=("unknown", "natural")),
        Site("2", "Mill", "at_risk", 2.0, 2.0, causes=("not-applicable",)),
    ]
    pages = client_of(Registers(tmp_path).add("xx_two", "Two", sites).services())
    page = pages.get("/risk").text
    assert '<option value="natural">Natural (1)</option>' in page
    for said in ("not-applicable", "N/A", 'value="unknown">Unknown'):
        assert said not in page
    assert "Cause: Natural." in pages.get("/risk/xx_two/1").text
    assert "Cause:" not in pages.get("/risk/xx_two/2").text


def test_before_any_register_is_flagged(tmp_path: Path) -> None:
    empty = client_of(Registers(tmp_path).services())
    assert "No register has been flagged yet" in empty.get("/risk").text
    assert on_map(empty) == []
    assert empty.get("/risk/world_sample/w%2F1").status_code == 404


def test_a_site_has_its_evidence_its_history_and_its_questions(pages: TestClient) -> None:
    page = pages.get("/risk/world_sample/w%2F1").text
    for words in (
        "It is being damaged now, or will be soon unless somebody acts.",
        "“Very bad”",
        '<a href="https://survey.example/report"',
        "1 June 2026",
        "1 December 2027",
        "a completely reliable source; probably true",
        "Cause: Natural.",
        "from at risk to <strong>critical</strong>",
        "How is Old mill of Visby now?",
        '<a href="https://register.example/entry"',
        "https://www.wikidata.org/wiki/Q1000001",
        "57.64° north, 18.29° east",
    ):
        assert words in page
    exposed = pages.get("/risk/world_sample/w%2F7").text
    assert "about 820 metres" in exposed
    assert "give or take 1.2 kilometres" in exposed
    stale = pages.get("/risk/world_sample/w%2F12").text
    assert "no longer valid since 12 November 2026" in stale
    assert "before: at risk" in stale


def everything(pages: TestClient) -> str:
    """All that the pages say of the guarded register, with their headers."""
    answers = [pages.get(f"/risk?dataset={d}&page={n}") for d in ("", "se_guarded") for n in (1, 2, 3)]
    answers += [pages.get(f"/risk/places.geojson?zoom={zoom}") for zoom in range(0, 23, 2)]
    answers += [pages.get(f"/risk/se_guarded/{name}") for name in ("g1", "g2", "g3", "g4")]
    return "\n".join(answer.text + str(answer.headers) for answer in answers)


def test_no_page_tells_more_than_the_disclosure_class_allows(pages: TestClient) -> None:
    said = everything(pages)
    for exact in ("57.1234", "12.3456", "58.1234", "11.3456", "59.1234", "15.3456"):
        assert exact not in said
    assert "Hidden shrine" not in said
    assert "Q1000002" not in said, "an item would lead to the place"
    rough = pages.get("/risk/se_guarded/g1").text
    assert "57.15° north, 12.35° east, the middle of that square" in rough
    assert "Left out here and everywhere: coordinates" in rough
    assert "survey.example" not in rough, "the source's page may show a map"
    area = pages.get("/risk/se_guarded/g2").text
    assert "No place is shown on the map." in area
    assert "Rock carvings" in area


def test_what_is_withheld_looks_like_what_does_not_exist(pages: TestClient) -> None:
    withheld, missing = pages.get("/risk/se_guarded/g3"), pages.get("/risk/se_guarded/g4")
    assert withheld.status_code == missing.status_code == 404
    assert withheld.text == missing.text
    assert str(withheld.headers) == str(missing.headers)


def test_in_a_war_no_endangered_site_is_named_below_its_municipality(pages: TestClient) -> None:
    page = pages.get("/risk/world_sample/w%2F3").text
    assert "in an area of armed conflict no endangered site is named below its municipality" in page
    assert "16.77" not in page
    assert "register.example" not in page
    assert "Mali" in page
    marks = on_map(pages, "country=Q912", 8)
    assert marks == []


def test_a_register_that_was_flagged_by_an_older_version_is_shown(tmp_path: Path) -> None:
    old = client_of(
        Registers(tmp_path)
        .add("xx_old", "Old", [Site("1", "Barn", "at_risk", 55.0, 10.0)], older=True)
        .services()
    )
    assert names(old.get("/risk").text) == ["Barn"]
    page = old.get("/risk/xx_old/1").text
    assert "flagged before its evidence was kept piece by piece" in page
    assert "It was not kept yet." in page


IDS = [
    "a/b",
    "/",
    "../../etc/passwd",
    "?x=1#y",
    "a b",
    "გელათი",
    "..;",
    "<script>alert(1)</script>",
    "a\x00b",
]
IDS += ["x" * 3000, "'\"&", "\\..\\", "a//b/"]


@pytest.fixture
def odd_ids(tmp_path: Path) -> TestClient:
    sites = [Site(one, f"Site {n}", "at_risk", 50.0, n) for n, one in enumerate([*IDS, ".", ".."])]
    return client_of(Registers(tmp_path).add("xx_odd", "Odd", sites).services())


def test_every_id_has_a_page_of_its_own(odd_ids: TestClient) -> None:
    page = odd_ids.get("/risk").text
    links = dict(re.findall(r'<h3><a href="(risk/[^"]+)"><bdi[^>]*>(Site \d+)', page))
    assert sorted(links.values()) == sorted(f"Site {n}" for n in range(len(IDS)))
    for link, name in links.items():
        address = urljoin(f"{BASE}risk", unescape(link))
        answer = odd_ids.get(address)
        assert answer.status_code == 200
        assert f"<title>{name}" in answer.text.replace("\n", "")
        style = re.search(r'<link rel="stylesheet" href="([^"]+)"', answer.text)[1]
        assert odd_ids.get(urljoin(address, style)).headers["content-type"].startswith("text/css")
    assert names(page).count(f"Site {len(IDS)}") == 1, "an id that browsers take for a way up has no link"


def test_hostile_text_is_only_text(tmp_path: Path) -> None:
    hostile = Site(
        HOSTILE, HOSTILE, "at_risk", 50.0, 10.0, said=HOSTILE, source=HOSTILE, url="javascript:alert(1)",
        task="recheck", causes=(HOSTILE,), ruling={"disclosure_reason": HOSTILE},
        record={"municipality": HOSTILE, "type": HOSTILE, "url": "javascript:alert(1)", "lang": HOSTILE},
    )  # fmt: skip
    pages = client_of(Registers(tmp_path).add("xx_hostile", HOSTILE, [hostile]).services())
    listed = pages.get("/risk").text
    link = unescape(re.search(r'<h3><a href="(risk/[^"]+)"', listed)[1])
    for page in (listed, pages.get(f"/{link}").text):
        assert "<script>" not in page
        assert "<img" not in page
        assert 'href="javascript' not in page
        assert "\u202e" not in page
    [mark] = json.loads(pages.get("/risk/places.geojson?zoom=4").text)["features"]
    assert "\u202e" not in mark["properties"]["sites"][0]["name"]


def test_the_pages_may_load_their_own_files_only(pages: TestClient) -> None:
    policy = pages.get("/risk").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "worker-src 'self';" in policy
    assert "unsafe" not in policy
    scripts = ["risk.mjs", "match.mjs", "maplibre-gl-worker.mjs"]
    for name in scripts:
        answer = pages.get(f"/assets/{name}")
        assert answer.headers["content-type"].startswith("text/javascript")
        assert "sourceMappingURL" not in answer.text
        named = re.findall(r"""\bfrom ?['"]\./([\w.-]+)['"]""", answer.text)
        scripts += [one for one in named if one not in scripts]
    assert {"land.mjs", "maplibre-gl.mjs"} <= set(scripts)
    for name in ("../pages.py", "maplibre/README.md", "..%2Fpages.py", "README.md"):
        assert pages.get(f"/assets/{name}").status_code == 404
    assert "script-src" not in pages.get("/risk/world_sample/w%2F1").headers["content-security-policy"]


def test_the_pages_work_under_a_prefix(pages: TestClient) -> None:
    outer = FastAPI()
    outer.mount("/heritage", pages.app)
    inside = TestClient(outer)
    page = inside.get("/heritage/risk/world_sample/w%2F1").text
    assert 'href="../../assets/pages.css"' in page
    missing = inside.get("/heritage/risk/world_sample/none/of/these").text
    assert 'href="../../../../assets/pages.css"' in missing


def test_every_level_has_a_word_a_shape_and_a_sentence(pages: TestClient) -> None:
    page = pages.get("/risk").text
    for level in Level:
        assert f'id="mark-{level.value}"' in page
        assert page.count(f"#mark-{level.value}") >= 3, "in the legend, the filters and the glossary"


def test_a_broken_chain_of_requests_shows_nothing(tmp_path: Path) -> None:
    def broken(*_: object) -> None:
        raise GovernanceError("line 7 was changed")

    pages = client_of(RiskServices(broken, broken, broken, nothing))
    for path in ("/risk", "/risk/places.geojson", "/risk/a_b/c"):
        answer = pages.get(path)
        assert answer.status_code == 503
        assert "Nothing is shown until an engineer has looked" in answer.text
