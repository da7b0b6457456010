"""The report on paper: what is asked is said, hostile text is only text, and every script is written or
spelled."""

import json
import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest

import report_examples
from heritage.adapters.reports.pdf import PdfReportWriter
from heritage.governance.agenda import Part
from heritage.model.governance import Scope
from heritage.ports.reports import PLACES, PriorityReport


@pytest.fixture(scope="module")
def writer(repository: Path) -> PdfReportWriter:
    return PdfReportWriter(repository / "datasets/_vocabularies/natural_earth/countries_110m.geojson")


def is_accessible(caplog: pytest.LogCaptureFixture) -> bool:
    return not [line for line in caplog.messages if "accessible" in line]


def test_what_is_asked_by_when_and_how_is_on_the_first_page(writer: PdfReportWriter) -> None:
    told = writer.content(report_examples.asked())
    ask = told["ask"]
    assert ask["ends"] == "Tuesday 1 December 2026, 09:30 UTC"
    assert "opens on Tuesday 24 November 2026, 09:30 UTC, or sooner if the secretary opens it" in ask["when"]
    assert [(part["name"], part["items"]) for part in ask["parts"]] == [
        ("Consent", "1–2"),
        ("Ballot", "3"),
        ("Later", "4"),
    ]
    assert "press “Put to the vote” beside it and give your reason" in ask["parts"][0]["do"]
    assert "unless five of the seven members take part" in ask["quorum"]
    assert "the consent agenda takes 5.0, 115.0 are left for the ballot" in ask["budget"]
    first = " ".join(told["first"])
    assert "has 0.67 points of 1.00: urgency gives 0.21, relevance gives 0.16" in first
    assert "the greatest difference is in equity and coverage: 0.17 against 0.13" in first
    assert "would be first if equity weighed 60% instead of 30%." in first
    assert [(row["who"], row["count"]) for row in told["waiting"]] == [("the secretary", 2)]
    assert told["uncounted"] == list(report_examples.asked().uncounted)


def test_all_that_can_be_decided_is_told_and_what_waits_is_only_listed(writer: PdfReportWriter) -> None:
    told = writer.content(report_examples.asked())
    assert [row["label"] for row in told["agenda"]] == ["proposal-1", "proposal-2", "proposal-3", None]
    pages = {one["title"]: [p["rank"] for p in one["proposals"]] for one in told["registers"]}
    assert list(pages.values()) == [[1, 3], [2]], "registers in the order of their best proposals"
    assert told["not_detailed"] == 1


def test_it_can_be_read_by_a_screen_reader(writer: PdfReportWriter, caplog: pytest.LogCaptureFixture) -> None:
    for report in (report_examples.report(), report_examples.asked(), report_examples.hostile_report()):
        made = writer.render(report)
        assert made.startswith(b"%PDF-")
        assert b"/MarkInfo" in made
        assert b"/Outlines" in made
    assert is_accessible(caplog), "Typst proves PDF/UA-1 or refuses"


def test_the_same_report_is_the_same_file(writer: PdfReportWriter) -> None:
    assert writer.render(report_examples.asked()) == writer.render(report_examples.asked())


def test_an_empty_report_is_a_whole_file(writer: PdfReportWriter, caplog: pytest.LogCaptureFixture) -> None:
    nothing = {"ranked": (), "gated": (), "datasets": (), "countries": (), "places": PLACES.empty_table()}
    assert writer.render(replace(report_examples.report(), **nothing)).startswith(b"%PDF-")
    assert is_accessible(caplog)


def test_every_script_is_written_or_spelled(
    writer: PdfReportWriter, caplog: pytest.LogCaptureFixture
) -> None:
    names = ("Łódź", "Київ", "ბაგრატის ტაძარი", "Հաղպատ", "مسجد", "ירושלים", "ताज", "አክሱም", "อยุธยา", "北京")
    report = titled(" ".join(names))
    title = writer.content(report)["agenda"][0]["title"]
    assert title == " ".join((*names[:-1], "‹BeiJing›"))
    assert "spelled in Latin letters" in writer.content(report)["spelled"]
    assert writer.content(report_examples.report())["spelled"] == ""
    writer.render(report)
    assert is_accessible(caplog)


@pytest.mark.parametrize(
    "text",
    [
        "a\u0901\u093f\u0301",
        "\u0301\u0302",
        "🏰👩‍👩‍👧",
        "\ufdfa" * 40,
        "\U000e0041\u00ad\u2028\u2029",
        "-" * 4000,
    ],
)
def test_no_text_keeps_the_file_from_being_made(
    writer: PdfReportWriter, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    assert writer.render(titled(text)).startswith(b"%PDF-")


def test_what_would_be_a_command_in_typst_is_only_text(writer: PdfReportWriter) -> None:
    commands = '#panic("x") #read("/etc/passwd") $x$ *b* @proposal-1 <a> \\ /* #{ #['
    report = titled(commands)
    assert writer.content(report)["agenda"][0]["title"] == commands
    assert writer.render(report).startswith(b"%PDF-")
    told = json.dumps(writer.content(report_examples.hostile_report()), ensure_ascii=False)
    assert "\u202e" not in told
    assert "\\u0000" not in told
    assert not re.search(
        r"\S{60}", writer.content(report_examples.hostile_report())["title"].replace("\u200b", " ")
    )
    assert b"javascript" not in writer.render(report_examples.hostile_report())


def test_a_long_agenda_is_cut_and_says_so(writer: PdfReportWriter) -> None:
    base = report_examples.asked()
    [view] = [view for view in base.ranked if view.ranked and view.ranked.rank == 1]
    many = tuple(
        replace(
            view,
            ranked=replace(view.ranked, rank=rank),
            proposal=replace(view.proposal, proposal_id=f"p{rank}"),
        )
        for rank in range(1, 501)
        if view.ranked
    )
    assert base.ask is not None
    parts = {one.proposal.proposal_id: Part.CONSENT for one in many}
    told = writer.content(replace(base, ranked=many, ask=replace(base.ask, parts=parts)))
    assert (len(told["agenda"]), told["agenda_more"]) == (40, 460)
    assert told["not_detailed"] == 500 - sum(len(one["proposals"]) for one in told["registers"]) == 476
    assert told["ask"]["parts"][0]["items"] == "1–500"


def titled(title: str) -> PriorityReport:
    """The report with a first proposal of this title."""
    base = report_examples.asked()
    first, *rest = base.ranked
    assert first.proposal.scope is Scope.AT_RISK
    return replace(base, ranked=(replace(first, proposal=replace(first.proposal, title=title)), *rest))
