"""Priority reports as PDF that a screen reader can read (PDF/UA-1), set by Typst from its wheel alone.

What a register says is handed to the template as data and is never read as markup.
"""

import json
import logging
import re
from importlib import resources
from pathlib import Path
from typing import Any

import typst
from markupsafe import Markup

from heritage.adapters.reports.as_json import write_whole
from heritage.adapters.reports.letters import CLOSING, OPENING, fonts, writable
from heritage.adapters.reports.level_shapes import LEVEL_SHAPES
from heritage.adapters.reports.maps import Maps, all_maps
from heritage.adapters.reports.paper import paper
from heritage.adapters.reports.world_map import Atlas
from heritage.model.shown import shorten
from heritage.ports.reports import PriorityReport

_log = logging.getLogger(__name__)
_ACCESSIBLE = "ua-1"
_LAND = (
    ".sea{fill:#edf2f2}.land{fill:#dcd7c8;stroke:#fbfaf6;stroke-width:.7}circle{stroke:#fff;stroke-width:.6}"
)
_NEAR = 3
_RADIUS, _LARGER = re.compile(r' r="([\d.]+)"'), 1.5
_SPELLED = (
    f"Names between {OPENING} and {CLOSING} are spelled in Latin letters: this file has no others for them. "
    "The HTML report has them as they are."
)


class PdfReportWriter:
    """Writes reports; `countries` is a GeoJSON of countries with `name` and `qid`."""

    def __init__(self, countries: Path) -> None:
        self._atlas = Atlas(countries)

    def write(self, report: PriorityReport, folder: Path) -> tuple[Path, ...]:
        """See `heritage.ports.reports.ReportWriter`."""
        folder.mkdir(parents=True, exist_ok=True)
        page = folder / "report.pdf"
        write_whole(page, self.render(report))
        return (page,)

    def render(self, report: PriorityReport) -> bytes:
        """The whole file."""
        template = resources.files(__package__).joinpath("templates", "report.typ").read_bytes()
        given = {"report": json.dumps(self.content(report), ensure_ascii=False)}
        compiler = typst.Compiler(font_paths=fonts(), ignore_system_fonts=True, sys_inputs=given)
        try:
            return _set(compiler, template, report, [_ACCESSIBLE])
        except typst.TypstError as refused:
            # A letter and a mark that no one font has together, say: better a plain file than none.
            _log.warning("The PDF cannot be made accessible, and is made without: %s", refused.message)
            return _set(compiler, template, report, [])

    def content(self, report: PriorityReport) -> dict[str, Any]:
        """What the template is given, in letters that the fonts have."""
        told: dict[str, Any] = _writable(paper(report, self._country, self._atlas.country_names))
        spelled = OPENING in json.dumps(told, ensure_ascii=False)
        maps = all_maps(report, self._atlas)
        return told | {
            "families": fonts().families(),
            "map": _standing_alone(maps.world),
            "near": [
                {"title": writable(shorten(one.title, 60)), "svg": _standing_alone(one.svg)}
                for one in maps.regions[:_NEAR]
            ],
            "legend": _legend(maps),
            "spelled": _SPELLED if spelled else "",
        }

    def _country(self, qid: str | None) -> str:
        return self._atlas.country_names.get(qid, qid) if qid else "not stated"


def _set(compiler: typst.Compiler, template: bytes, report: PriorityReport, standards: Any) -> bytes:
    at = report.made_at.replace(microsecond=0)  # all that a PDF can say
    made: Any = compiler.compile(template, format="pdf", pdf_standards=standards, timestamp=at)
    return bytes(made)


def _writable(value: Any) -> Any:
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, dict):
        return {key: _writable(one) for key, one in value.items()}
    return [_writable(one) for one in value] if isinstance(value, list) else value


def _standing_alone(svg: Markup) -> str:
    """A map with its colours in it, and with dots that can be seen on paper."""
    style = _LAND + "".join(f".{name}{{fill:{colour}}}" for name, colour in _colours().items())
    opening, rest = _RADIUS.sub(lambda r: f' r="{_LARGER * float(r[1]):.1f}"', str(svg)).split(">", 1)
    return f"{opening}><style>{style}</style>{rest}"


def _legend(maps: Maps) -> list[dict[str, str]]:
    colours = _colours()
    marks = [
        {"text": level.words, "colour": colours[level.value], "shape": LEVEL_SHAPES[level]}
        for level in maps.levels
    ]
    dots = [
        {"text": writable(shorten(one.title, 80)), "colour": colours[one.css], "shape": ""}
        for one in maps.legend
    ]
    return marks + dots


def _colours() -> dict[str, str]:
    """Colours of levels and registers, as the pages have them."""
    styles = resources.files(__package__).joinpath("templates")
    text = "".join(styles.joinpath(name).read_text(encoding="utf-8") for name in ("levels.css", "report.css"))
    levels = re.findall(r"\.(\w+) \{ --level: (#\w+)", text)
    return dict(levels) | dict(re.findall(r"--(one|two|three|four|five|six): (#\w+)", text))
