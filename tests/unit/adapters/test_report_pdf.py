"""The report on paper: what is asked is said, hostile text is only text, and every script is written or
spelled."""

import json
import logging
import re
from dataclasses import replace
from datetime import date
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
    assert not ask["opened"]
    assert "has not opened yet. It opens by itself on Tuesday 24 November 2026, 09:30 UTC" in ask["when"]
    assert [(part["name"], part["items"]) for part in ask["parts"]] == [
        ("Consent", "1–2"),
        ("Ballot", "3"),
        ("Question", "5"),
        ("Later", "4"),
    ]
    assert "press “Put to the vote” beside it and give your reason" in ask["parts"][0]["do"]
    assert (
        "Once five of the seven members take part, silence of the others counts as consent" in ask["quorum"]
    )
    assert "the consent agenda takes 5.0, 115.0 are left for the ballot" in ask["work"]
    assert "All other proposals together may use 70%" in ask["kept"]
    assert [(one["number"], one["title"][:32]) for one in ask["questions"]] == [
        (5, "Ratify the emergency decision 4:")
    ]
    assert told["decided"] == "The weights are those of the body's decision 7."
    assert told["first"]["score"] == "0.670"
    assert [(one["weight"], one["first"]) for one in told["criteria"]] == [
        ("40%", "0.800 × 40% = 0.210"),
        ("12.5%", "0.400 × 12.5% = 0.160"),
        ("30%", "0.600 × 30% = 0.170"),
        ("17.5%", "0.900 × 17.5% = 0.130"),
    ]
    first = " ".join(told["first"]["told"])
    assert "It leads number 2, “New items of" in first
    assert "most of all in equity and coverage." in first
    assert "would be first if equity weighed 60% instead of 30%." in first
    assert [(row["who"], row["count"]) for row in told["waiting"]] == [("the secretary", 2)]
    assert told["uncounted"] == list(report_examples.asked().uncounted)


def test_all_that_can_be_decided_is_told_and_what_waits_is_only_listed(writer: PdfReportWriter) -> None:
    told = writer.content(report_examples.asked())
    assert [row["label"] for row in told["agenda"]] == ["proposal-1", "proposal-2", "proposal-3", None]
    assert [one["rank"] for one in told["proposals"]] == [1, 2, 3], "in order, whatever their registers"
    assert [one["title"][:14] for one in told["registers"]] == ["World Heritage", "საქართველოს ძე"]
    assert told["not_detailed"] == 1


def test_overlapping_proposals_are_told_to_overlap(writer: PdfReportWriter) -> None:
    base = report_examples.asked()
    first, *rest = base.ranked
    assert first.ranked is not None
    whole = replace(first.proposal, proposal_id="whole", scope=Scope.ALL)
    both = (first, replace(rest[0], proposal=whole), *rest[1:])
    told = writer.content(replace(base, ranked=both))
    assert told["overlap"].startswith("Proposals overlap: one by one they come to 240 edits")
    assert told["agenda"][0]["title"].endswith(" (part of 2)")
    assert [one["whole"] for one in told["proposals"]] == [2, None, None], "its edits are all in the second"
    apart = replace(base, together=replace(base.together, edits=264))
    assert writer.content(apart)["overlap"] == ""


def test_what_a_proposal_does_is_told_in_sentences(writer: PdfReportWriter) -> None:
    first, second, _ = writer.content(report_examples.asked())["proposals"]
    assert first["does"] == [
        "44 edits of items that exist and four new items.",
        "Added: 124 facts, each with the register's own entry as its source; that source beside 124 facts "
        "already there; sixteen names and descriptions.",
        "Four conflicts, besides: there an item says something else than the register; what it says stays, "
        "and a person looks at each.",
        "Two facts kept back to protect sites.",
        "About 6 minutes to upload, 2.0 h of checking.",
    ]
    assert (first["shown"], len(first["examples"])) == ("2 of 48 edits", 2)
    assert second["examples"][1]["sentences"][1] == "Adds the country Georgia."


def test_an_ethics_note_is_printed_with_who_wrote_it_and_when(writer: PdfReportWriter) -> None:
    base = report_examples.asked()
    first = base.ranked[0]
    noted = replace(
        first.dataset, ethics_note="No mosques.", ethics_note_by="Ada", ethics_note_on=date(2026, 11, 20)
    )
    told = writer.content(replace(base, ranked=(replace(first, dataset=noted),)))
    [register] = told["registers"]
    assert (register["note"], register["note_by"]) == ("No mosques.", "by Ada, 20 November 2026")


JARGON = (
    *("appeal panel", "ballot", "conflict", "consent agenda", "data steward", "disclosure decision", "gate"),
    *("ethics note", "ISIL", "item", "matched", "recuse", "register", "round", "secretary", "weighting"),
)


def test_every_word_of_the_trade_that_is_used_is_explained_and_no_other(writer: PdfReportWriter) -> None:
    told = writer.content(report_examples.asked())
    explained = {term.casefold() for term in told["glossary"]}
    rest = json.dumps({key: value for key, value in told.items() if key not in ("glossary", "map", "near")})
    used = {word for word in JARGON if word.casefold() in rest.casefold()}
    assert {word.casefold() for word in used} <= explained
    assert len(used) > 10
    nothing = {"ranked": (), "gated": (), "datasets": (), "countries": (), "places": PLACES.empty_table()}
    empty = writer.content(replace(report_examples.report(), **nothing))["glossary"]
    assert "ISIL" not in empty
    assert "Ballot" not in empty


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
    for base in (report_examples.report(), report_examples.asked()):
        assert writer.render(replace(base, questions=(), **nothing)).startswith(b"%PDF-")
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
        replace(view, ranked=replace(view.ranked, rank=rank, proposal=one), proposal=one)
        for rank in range(1, 501)
        if view.ranked and (one := replace(view.proposal, proposal_id=f"p{rank}"))
    )
    assert base.ask is not None
    parts = {one.proposal.proposal_id: Part.CONSENT for one in many}
    told = writer.content(replace(base, ranked=many, questions=(), ask=replace(base.ask, parts=parts)))
    assert (len(told["agenda"]), len(told["agenda_rest"]), told["agenda_more"]) == (14, 26, 460)
    assert told["not_detailed"] == 500 - len(told["proposals"]) == 476
    assert told["ask"]["parts"][0]["items"] == "1–500"


def titled(title: str) -> PriorityReport:
    """The report with a first proposal of this title."""
    base = report_examples.asked()
    first, *rest = base.ranked
    assert first.proposal.scope is Scope.AT_RISK
    return replace(base, ranked=(replace(first, proposal=replace(first.proposal, title=title)), *rest))
