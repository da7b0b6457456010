"""Impact reports: one HTML file that needs no network and no script, the same figures as JSON, and a CSV."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from heritage.adapters.languages import language_name
from heritage.adapters.reports.as_json import write_whole
from heritage.adapters.reports.risk_words import many
from heritage.adapters.spreadsheet import spreadsheet
from heritage.model.shown import printable, shorten
from heritage.model.visit import Gains
from heritage.ports.impact import Group, ImpactReport, Tally

_SHOWN = 12
"""Bars of a chart; the table has all."""
_KINDS = ("datasets", "countries", "publishers", "months")


class ImpactFiles:
    """An impact report as `impact.html`, `impact.json` and `impact.csv`."""

    def write(self, report: ImpactReport, folder: Path) -> Sequence[Path]:
        """Writes the files into a folder, each whole or not there; gives their paths."""
        folder.mkdir(parents=True, exist_ok=True)
        made = {"impact.html": impact_page(report), "impact.json": _json(report), "impact.csv": _csv(report)}
        for name, text in made.items():
            write_whole(folder / name, text.encode())
        return [folder / name for name in made]


def impact_page(report: ImpactReport) -> str:
    """The whole page; what registers say of themselves is text, never markup."""
    environment = Environment(
        loader=PackageLoader("heritage.adapters.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: printable(value) if type(value) is str else value,
        trim_blocks=True,
    )
    environment.filters |= {
        "number": lambda value: f"{value:,}",
        "percent": lambda value: f"{100 * value:.1f} %",
        "day": lambda value: f"{value.day} {value:%B %Y}",
        "shorten": shorten,
        "language": language_name,
    }
    return environment.get_template("impact.html.j2").render(
        report=report,
        css=Markup(_text("report.css") + _text("impact.css")),  # noqa: S704 - our own files
        bars=_bars,
        many=many,
    )


def _bars(groups: Sequence[Group], of: str, most_first: bool) -> list[tuple[str, int, float]]:
    """Title, number and share of the longest bar: of those with most of something, or of the last ones."""
    found = [(one.title, getattr(one.tally, of)) for one in groups if getattr(one.tally, of)]
    shown = sorted(found, key=lambda one: -one[1])[:_SHOWN] if most_first else found[-_SHOWN:]
    longest = max((number for _, number in shown), default=1)
    return [(title, number, number / longest) for title, number in shown]


def _json(report: ImpactReport) -> str:
    told = asdict(report)
    told["survived"] = report.whole.survived
    return json.dumps(told, ensure_ascii=False, indent=1, default=_plain) + "\n"


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not belong in impact.json")


def _csv(report: ImpactReport) -> str:
    rows = list(_rows(report))
    return spreadsheet(list(rows[0]), rows)


def _rows(report: ImpactReport) -> Iterator[dict[str, Any]]:
    yield {"of": "all", "key": "", "title": report.publisher} | _flat(report.whole)
    for kind in _KINDS:
        for one in getattr(report, kind):
            yield {"of": kind, "key": one.key, "title": one.title} | _flat(one.tally)


def _flat(tally: Tally) -> dict[str, Any]:
    numbers = {field.name: getattr(tally, field.name) for field in fields(Tally) if field.name != "gains"}
    others = {f"others_{field.name}": getattr(tally.gains, field.name) for field in fields(Gains)}
    survived = "" if tally.survived is None else round(tally.survived, 4)
    return numbers | {"languages": " ".join(tally.languages), "survived": survived} | others


def _text(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")
