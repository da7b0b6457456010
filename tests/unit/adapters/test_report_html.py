"""The report's form: everything is there, hostile text is only text, and nothing points to the network."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely

import report_examples
from heritage.adapters.reports.html import HtmlReportWriter
from heritage.adapters.reports.risk_words import many
from heritage.adapters.reports.words import duration, licence_name, word_list
from heritage.model.evidence import Level
from heritage.model.finding_code import FindingCode
from heritage.model.governance import Gate
from heritage.ports.reports import PLACES, CountryCount, PriorityReport, ProposalView


@pytest.fixture(scope="module")
def writer(repository: Path) -> HtmlReportWriter:
    return HtmlReportWriter(repository / "datasets/_vocabularies/natural_earth/countries_110m.geojson")


@pytest.fixture(scope="module")
def page(writer: HtmlReportWriter) -> str:
    return writer.render(report_examples.report())


class Outline(HTMLParser):
    """Tags with their attributes, ids, and text outside of style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._style = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_every_proposal_dataset_and_reason_is_on_the_page(page: str) -> None:
    text = Outline(page).text
    report = report_examples.report()
    for view in (*report.ranked, *report.gated):
        assert view.proposal.title in text
        assert f"{view.proposal.rehearsal.statements:,}" in text
        for reason in view.proposal.reasons if view.ranked else ():
            assert reason in text
        for gate in view.proposal.gates:
            assert gate.missing_step in text
    for dataset in report.datasets:
        assert dataset.title in text
        assert dataset.publisher in text
        assert dataset.figures.snapshot in text
        assert f"3: {dataset.figures.reasons[0].meaning}" in text
        for one in dataset.country:
            assert one.question in text
            assert one.answer in text
    for term in word_list("glossary"):
        assert term in text
    assert "Six proposals from three registers. Two cannot go forward yet" in text
    assert "Gives it the name “ბაგრატის ტაძარი” (Georgian)." in text
    assert "Demonstration data" in text


def test_only_a_sample_is_called_one(writer: HtmlReportWriter) -> None:
    page = writer.render(replace(report_examples.report(), sample=False))
    assert "Demonstration data" not in page
    assert ">sample<" not in page


def test_drawings_have_a_table_beside_them_and_a_name_for_screen_readers(page: str) -> None:
    outline = Outline(page)
    ids = [attributes["id"] for _, attributes in outline.tags if attributes.get("id")]
    assert len(ids) == len(set(ids))
    drawings = [svg for svg in outline.all("svg") if svg.get("role") == "img"]
    assert (
        len(drawings) == 7
    )  # the world, two registers near by, the chart at two widths, two with sites in danger
    for svg in drawings:
        assert set((svg["aria-labelledby"] or "").split()) <= set(ids)
    for figure in ("Afghanistan", "Georgia", "not stated", "0.67", "97%"):
        assert figure in outline.text
    assert outline.all("html") == [{"lang": "en"}]
    assert {"header", "main", "nav", "footer"} <= {tag for tag, _ in outline.tags}
    for link in outline.all("a"):
        target = link["href"] or ""
        assert not target.startswith("#") or target[1:] in ids


def test_the_page_needs_neither_network_nor_script(page: str) -> None:
    outline = Outline(page)
    tags = {tag for tag, _ in outline.tags}
    assert not tags & {
        "script",
        "img",
        "iframe",
        "object",
        "embed",
        "video",
        "audio",
        "source",
        "form",
        "base",
    }
    assert all(link["href"] == "data:," for link in outline.all("link"))
    assert not re.search(r"url\(|@import", page)
    assert not [name for _, attributes in outline.tags for name in attributes if name.startswith("on")]


def test_registers_with_the_most_sites_at_risk_come_first(page: str) -> None:
    ids = [tag["id"] for tag in Outline(page).all("article") if (tag.get("id") or "").startswith("risk-")]
    assert ids == ["risk-world_whc", "risk-ge_monuments", "risk-de_libraries"]


def test_each_level_on_the_map_has_its_own_mark_and_the_legend_has_that_mark(
    writer: HtmlReportWriter,
) -> None:
    levels = ["lost", "critical", "at_risk", "unknown"]
    places = pa.table(
        [
            *(pa.array(["world_whc"] * 4), pa.array([0.0] * 4), pa.array([0.0, 40.0, 80.0, 120.0])),
            *(pa.array([True, True, True, False]), pa.array(levels)),
        ],
        schema=PLACES,
    )
    page = writer.render(replace(report_examples.report(), places=places))
    figure = re.search(r'<figure class="world">(.*?)</figure>', page, re.S)
    assert figure
    drawn = dict(re.findall(r'<path id="map-world-(\w+)" d="([^"]*)"', figure[1]))
    told = re.findall(r'<li><svg class="mark (\w+)"[^>]*><path d="([^"]*)"/></svg>([^<]*)</li>', figure[1])
    assert {(level, path) for level, path, _ in told} == set(drawn.items())
    assert [word for *_, word in told] == ["lost", "critical", "at risk"]
    assert figure[1].count("<use ") == 3


def test_what_to_do_is_told_in_words_and_commands_stand_apart(writer: HtmlReportWriter) -> None:
    report = report_examples.report()
    step = "Put the question to the body: `heritage permission ask x`. Or ask the owner: `heritage y`."
    gate = Gate("licence", False, "BODY_DECISION", step)
    gated = tuple(replace(v, proposal=replace(v.proposal, gates=(gate,))) for v in report.gated)
    page = writer.render(replace(report, gated=gated, ranked=()))
    assert "<code>heritage permission ask x</code>" in page
    assert "`" not in Outline(page).text
    assert "None of them can go forward yet" in page
    assert "Put the question to the body. Or ask the owner)" in page, "the summary types nothing"


def test_the_colours_of_the_levels_are_told_once_for_the_report_and_the_pages(page: str) -> None:
    def text(package: str, folder: str, name: str) -> str:
        return resources.files(package).joinpath(folder, name).read_text(encoding="utf-8")

    rules = [f".{level.value} {{ --level: " for level in Level]
    shared = text("heritage.adapters.reports", "templates", "levels.css")
    assert shared in page
    assert all(shared.count(rule) == 1 for rule in rules)
    own = text("heritage.adapters.reports", "templates", "report.css") + text(
        "heritage.web", "static", "pages.css"
    )
    assert not [rule for rule in rules if rule in own]


def test_records_that_are_shown_nowhere_are_told_where_the_bars_leave_them_out(
    writer: HtmlReportWriter,
) -> None:
    report = report_examples.report()
    first = report.datasets[0]
    assert first.risk
    fewer = {level: count - 5 for level, count in first.risk.levels.items()}
    lacking = replace(first, risk=replace(first.risk, levels=fewer))
    page = writer.render(replace(report, datasets=(lacking, *report.datasets[1:])))
    missing = first.figures.records - sum(fewer.values())
    assert f"{many(missing, 'more record')} are in no bar" in page


def test_what_a_register_covers_is_told_in_words_and_as_bars(writer: HtmlReportWriter) -> None:
    page = writer.render(report_examples.report())
    assert "No dated record is from before 1500, although 38% of those in the country are." in page
    rows = re.findall(r"<tr><th scope=\"row\"><bdi>(1[45]00 to 1[45]99)</bdi></th>(.*?)</tr>", page)
    assert sorted({name for name, _ in rows}) == ["1400 to 1499", "1500 to 1599"]
    told = dict(rows)
    assert re.findall(r'<rect width="([\d.]+)"', told["1400 to 1499"]) == ["0.0", "38.0"]
    assert "not counted" in told["1500 to 1599"], "nobody counted it in the country: that is no zero"


def test_hostile_text_is_only_text(writer: HtmlReportWriter) -> None:
    page = writer.render(report_examples.hostile_report())
    outline = Outline(page)
    tags = {tag for tag, _ in outline.tags}
    assert not tags & {"script", "img"}
    assert "<script>alert" in outline.text  # shown as what it is
    hrefs = [str(attributes.get("href")) for _, attributes in outline.tags if "href" in attributes]
    assert not [href for href in hrefs if "javascript" in href]
    assert "\u202e" not in page
    assert "\x00" not in page
    assert "W" * 700 not in page


def test_the_json_carries_the_same_figures(writer: HtmlReportWriter, tmp_path: Path) -> None:
    report = report_examples.report()
    page, data = writer.write(report, tmp_path / "reports")
    content = json.loads(data.read_text(encoding="utf-8"))
    assert page.read_text(encoding="utf-8") == writer.render(report)
    assert [p["rank"] for p in content["ranked"]] == [1, 2, 3, 4]
    assert content["ranked"][0]["rehearsal"]["edits"] == 48
    assert [p["rank"] for p in content["gated"]] == [None, None]
    assert content["totals"] == {"records": 286, "at_risk": 46, "withheld": 3, "edits": 131}
    assert {d["id"]: d["at_risk"] for d in content["datasets"]} == {
        "de_libraries": 0,
        "ge_monuments": 5,
        "world_whc": 41,
    }
    assert sorted(p.name for p in (tmp_path / "reports").iterdir()) == ["report.html", "report.json"]


def test_a_hostile_report_is_valid_json(writer: HtmlReportWriter, tmp_path: Path) -> None:
    _, data = writer.write(report_examples.hostile_report(), tmp_path)
    assert json.loads(data.read_text(encoding="utf-8"))["title"] == report_examples.HOSTILE


def test_a_full_register_makes_a_page_of_bounded_size(writer: HtmlReportWriter) -> None:
    rng = np.random.default_rng(1)
    many = 200_000
    places = pa.table(
        [
            pa.array(["world_whc"] * many),
            pa.array(rng.uniform(-55, 80, many)),
            pa.array(rng.uniform(-180, 180, many)),
            pa.array(rng.uniform(size=many) < 0.1),
            pa.array(rng.choice(["unknown", "watch", "at_risk", "lost"], many)),
        ],
        schema=PLACES,
    )
    page = writer.render(replace(report_examples.report(), places=places))
    assert len(page) < 4_000_000
    assert page.count("<circle") > 1000


def empty(report: PriorityReport) -> PriorityReport:
    return replace(report, ranked=(), gated=(), datasets=(), countries=(), places=PLACES.empty_table())


def test_an_empty_report_is_a_whole_page(writer: HtmlReportWriter) -> None:
    text = Outline(writer.render(empty(report_examples.report()))).text
    assert "No proposal is on the table" in text
    assert "No proposal can go forward at present" in text


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "1 minute"), (59.6, "60 minutes"), (119, "119 minutes"), (1441, "24 hours")]
)
def test_durations_are_said_as_a_person_says_them(minutes: float, words: str) -> None:
    assert duration(minutes) == words


def test_no_outline_runs_across_the_whole_map(repository: Path) -> None:
    file = repository / "datasets/_vocabularies/natural_earth/countries_110m.geojson"
    for country in json.loads(file.read_text(encoding="utf-8"))["features"]:
        name = country["properties"]["name"]
        for part in shapely.get_parts(shapely.geometry.shape(country["geometry"])):
            west, south, east, _ = part.bounds
            assert east - west < 180 or south < -60, f"{name} was cut wrongly at the antimeridian"


def test_what_was_decided_before_is_counted(page: str) -> None:
    assert "Two more proposals were decided before and are not brought again." in Outline(page).text


def test_a_country_too_small_for_an_outline_has_its_name(writer: HtmlReportWriter) -> None:
    report = replace(report_examples.report(), countries=(CountryCount("Q702", 1, 1, 1),))
    assert "Federated States of Micronesia" in Outline(writer.render(report)).text


def test_licences_and_identifiers_are_said_in_words() -> None:
    assert licence_name("LicenseRef-public-domain-statute") == "public domain statute"
    assert licence_name("CC-BY-4.0") == "CC-BY-4.0"
    assert "P632" in word_list("properties")


def test_records_of_two_registers_never_share_a_mark(writer: HtmlReportWriter) -> None:
    """What is under a share-alike licence stays apart from the rest, however near they are."""
    report = report_examples.report()
    one, other, *_ = (view.figures.dataset for view in report.datasets)
    near = [
        {"dataset": dataset, "lat": 42.0, "lon": 44.0, "endangered": level == "lost", "level": level}
        for dataset in (one, one, other, other, other)
        for level in ("unknown", "lost")
    ]
    page = writer.render(replace(report, places=pa.Table.from_pylist(near, schema=PLACES)))
    world = page[page.index('<figure class="world">') : page.index("</figure>", page.index('class="world"'))]
    drawn = world[world.index("<svg") : world.index("</svg>")]
    assert len(re.findall("<circle", drawn)) == 2
    assert len(re.findall("<use", drawn)) == 2


def test_what_would_be_objected_to_is_told_in_words_with_records(page: str) -> None:
    text = Outline(page).text
    assert FindingCode.SUBJECT_TYPE.meaning in text
    assert FindingCode.SUBJECT_TYPE.remedy in text
    assert "not sent" in text
    assert "Edits that a rule without exceptions forbids are not proposed." in text
    assert "and 39 more records" in text
    assert "North Tower, coordinates: Q42" in text
    assert FindingCode.NEW_ITEM.meaning not in text  # the rehearsal counts new items


def test_what_a_run_against_a_copy_would_stop_is_told_beside_the_figures(page: str) -> None:
    told = re.search(
        r"copy of the items, (\d+) of these edits would not be sent as the items stand: ([^.]*)\.", page
    )
    assert told
    assert told[2] == f"{int(told[1]) - 1} conflict, 1 already there"
    assert "“The value is not written as the property demands” (3), “a code of tomorrow” (1)." in page


def test_a_dataset_without_findings_has_no_such_part(writer: HtmlReportWriter) -> None:
    report = report_examples.report()

    def without(view: ProposalView) -> ProposalView:
        return replace(view, dataset=replace(view.dataset, findings=()))

    bare = replace(report, ranked=tuple(map(without, report.ranked)), gated=tuple(map(without, report.gated)))
    assert "may object to" not in Outline(writer.render(bare)).text
