"""What all uploads came to: counted once, by dataset, country, partner and month, and of no single record."""

import csv
import io
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pyarrow as pa
import pytest

from heritage.adapters.reports.impact import ImpactFiles
from heritage.adapters.wikidata.pageviews import WikimediaViews, project_of
from heritage.errors import SourceUnavailable, SpecError
from heritage.model.edit import Content, ItemValue, Kind, Snak, Statement, TextValue
from heritage.model.tables import RISK
from heritage.model.visit import Fate, Gains, Visit
from heritage.ports.decisions import Outcome
from heritage.ports.revisits import Delivered
from heritage.statements.content_json import to_json
from heritage.steps.impact import impact
from heritage.steps.readers import readership

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
MAY, JUNE = date(2026, 5, 3), date(2026, 6, 4)
OURS = (Snak("P248", ItemValue("Q500")),)
EVIL = "=cmd|' /C calc'!A0 <script>alert(1)</script>"
SAYS = Content(
    labels={"en": "Tower", "fi": "Torni"},
    statements=(
        Statement("P1435", ItemValue("Q9"), Kind.DESIGNATION, (OURS,)),
        Statement("P18", TextValue("A.jpg"), Kind.IMAGES, ()),
    ),
)


def edit(n, dataset="gb_towers", day=MAY, qid=None, content=SAYS):
    return Delivered(f"e{n}", "wikidata", dataset, str(n), qid or f"Q{n}", day, n == 1, to_json(content))


def visit(n, kept, gains=None, dataset="gb_towers"):
    fate = Fate.KEPT if kept == 4 else Fate.REMOVED
    return Visit("wikidata", f"e{n}", "b", dataset, f"Q{n}", 0, AT, AT, f"Q{n}", 8, fate, 4, kept, (), gains)


@dataclass
class Visits:
    edits: list
    visits: list

    def delivered(self, since=None, to=None):
        return [one for one in self.edits if (not since or one.day >= since) and (not to or one.day <= to)]

    def newest(self, datasets=None):
        return [one for one in self.visits if datasets is None or one.dataset in datasets]


class Store:
    """Record 1 is critical, 2 vulnerable and protected, 3 of no known danger; of 4 none may be told."""

    def last_good(self, dataset):
        return None if dataset == "gone" else "s1"

    def read_table(self, dataset, snapshot, name, columns):
        levels = [
            ("1", "critical", "S0", ["R12"]), ("2", "vulnerable", "S3", None), ("3", "none_known", "S0", []),
            ("4", "critical", "S0", ["R11"]),
        ]  # fmt: skip
        rows = [dict(zip(columns, one, strict=True)) for one in levels]
        return pa.Table.from_pylist(rows, schema=pa.schema([RISK.field(name) for name in columns]))


def spec(title, publisher, country):
    return SimpleNamespace(
        title=title, publisher=SimpleNamespace(name=publisher), item=SimpleNamespace(country=country)
    )


SPECS = {"gb_towers": spec("Towers", "The Keeper", "Q145"), "fr_towers": spec(EVIL, EVIL, None)}


def report(**changed):
    edits = [
        edit(1), edit(2), edit(3, day=JUNE), edit(4, dataset="fr_towers"), edit(5, dataset="gone"),
        edit(6, dataset="hub/gb_towers"), edit(7, qid="Q1", content=Content(labels={"sv": "Torn"})),
    ]  # fmt: skip
    seen = [visit(1, 4, Gains(statements=2, images=1)), visit(2, 2), visit(9, 0)]
    outcome = Outcome("gb_towers", 0, 3, 0, 0, 0, AT, AT)
    given = {"visits": Visits(edits, seen), "media": SimpleNamespace(outcomes=lambda: {("c", "m"): outcome})}
    given |= {"store": Store(), "specs": SPECS, "clock": SimpleNamespace(now=lambda: AT)}
    names = {"Q145": "United Kingdom", "Q184": "Belarus", "Q183": "Germany"}
    return impact(country_name=lambda qid: names[qid], **given | changed)


def test_everything_is_counted_once_and_by_group():
    told = report()
    whole = told.whole
    assert (whole.edits, whole.items, whole.new_items) == (6, 5, 1)
    assert (whole.statements, whole.references, whole.labels) == (10, 5, 11)
    assert whole.languages == ("en", "fi", "sv")
    assert whole.images == 5 + 3
    assert (whole.at_risk, whole.protected) == (1, 1)
    assert (whole.visited, whole.parts, whole.kept, whole.survived, whole.enriched) == (2, 8, 6, 0.75, 1)
    assert whole.gains == Gains(statements=2, images=1)
    assert [(one.key, one.tally.edits) for one in told.datasets] == [
        ("gb_towers", 4),
        ("fr_towers", 1),
        ("gone", 1),
    ]
    assert {one.title: one.tally.items for one in told.countries} == {
        "United Kingdom": 3,
        "several, or not stated": 2,
    }
    assert {one.title for one in told.publishers} == {"The Keeper", EVIL, "not described any more"}
    assert [one.key for one in told.months] == ["2026-05", "2026-06", "2026-11"]
    assert told.languages == {"en": 5, "fi": 5, "sv": 1}


def test_a_period_and_a_partner_narrow_what_is_counted():
    assert report(since=JUNE).whole.edits == 1
    assert report(to=MAY).whole.visited == 2
    assert report(since=JUNE, to=JUNE).whole.images == 1, "and none of November"
    keeper = report(publisher="keeper")
    assert (keeper.whole.edits, [one.key for one in keeper.datasets]) == (4, ["gb_towers"])
    nothing = report(publisher="nobody")
    assert (nothing.whole.edits, nothing.whole.survived) == (0, None)


def test_the_report_is_a_page_that_runs_nothing_and_a_table_that_computes_nothing(tmp_path):
    page, data, table = ImpactFiles().write(report(), tmp_path)
    html = page.read_text()
    assert "<script" not in html
    assert "<strong>75.0 %</strong>" in html
    assert "one site at risk is documented now" in html.lower()
    assert "There is no figure. It was not asked for" in html
    assert json.loads(data.read_text())["survived"] == 0.75
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8-sig"))))
    assert [row["of"] for row in rows].count("datasets") == 3
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())
    empty = ImpactFiles().write(report(publisher="nobody"), tmp_path)
    assert "Nothing was uploaded in this period" in empty[0].read_text()


@contextmanager
def statistics(answers):
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers["User-Agent"]))
            status, body = answers(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    views = WikimediaViews(f"http://127.0.0.1:{server.server_port}/pv", "us", sleep=lambda _: None)
    try:
        yield views, asked
    finally:
        server.shutdown()
        server.server_close()


class Wiki:
    def read(self, qids):
        links = {"enwiki": {"title": "A/B? Tower"}, "commonswiki": {"title": "Category:A"}}
        return {qid: {"id": qid, "sitelinks": links if qid == "Q1" else []} for qid in qids}


def read(views, **changed):
    given = {"wiki": Wiki(), "statistics": views, "since": MAY, "today": AT.date(), "most": 5}
    return readership(["Q1", "Q2"], is_article=lambda site: project_of(site) is not None, **given | changed)


def test_readers_of_linked_articles_are_asked_for_in_whole_months():
    body = json.dumps({"items": [{"views": 40}, {"views": 2}]}).encode()
    with statistics(lambda path: (200, body)) as (views, asked):
        told = read(views)
    assert (told.views, told.asked, told.found, told.looked_at) == (42, 1, 1, 2)
    assert (told.first, told.last) == (date(2026, 5, 1), date(2026, 10, 31))
    path = "/pv/per-article/en.wikipedia/all-access/user/A%2FB%3F_Tower/monthly/2026050100/2026103100"
    assert asked == [(path, "us")]


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (503, b"", "answered 503"),
        (200, b"<html>", "cannot be read"),
        (200, b'{"items": [{"views": 1e999}]}', "cannot be read"),
        (200, b"[" * 100_000, "cannot be read"),
    ],
)
def test_a_service_that_is_away_gives_no_figure_and_the_reason(status, body, why):
    with statistics(lambda path: (status, body)) as (views, asked):
        told = read(views)
    assert why in told.why
    assert len(asked) == (3 if status == 503 else 1)


def test_an_article_that_nobody_read_counts_as_none_and_a_young_edit_has_no_month():
    with statistics(lambda path: (404, b"{}")) as (views, _):
        assert (read(views).views, read(views).asked) == (0, 1)
        assert "No whole month" in read(views, since=AT.date()).why
    with pytest.raises(SourceUnavailable, match="was not reached"):
        views.views("enwiki", "A", MAY, JUNE)
    with pytest.raises(SpecError, match="no https"):
        WikimediaViews("http://example.org", "us")
