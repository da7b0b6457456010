"""Priority reports as one HTML file that needs no network and no script, with the same figures as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
import pyarrow as pa
import pyarrow.compute as pc
from markupsafe import Markup

from heritage.adapters.reports.level_shapes import LEVEL_SHAPES
from heritage.adapters.reports.ranking_chart import CRITERIA, ranking_chart
from heritage.adapters.reports.risk_words import cell_size, many, readable, risk_words
from heritage.adapters.reports.summary import summary
from heritage.adapters.reports.words import (
    LICENCE_ANSWERS,
    RULES,
    TARGETS,
    WEIGHTS,
    duration,
    edit_sentences,
    licence_name,
    plain_licences,
    with_commands,
    word_list,
)
from heritage.adapters.reports.world_map import ENDANGERED, Atlas, Layer
from heritage.model.finding_code import BY_CODE
from heritage.model.governance import Gate
from heritage.model.shown import printable, shorten
from heritage.ports.reports import DatasetView, PriorityReport, ProposalView
from heritage.spec.closed import LOCAL_ITEM

_COLOURS = ("one", "two", "three", "four", "five")
_REST = "six"


class HtmlReportWriter:
    """Writes reports; `countries` is a GeoJSON of countries with `name` and `qid`."""

    def __init__(self, countries: Path) -> None:
        self._atlas = Atlas(countries)
        self._templates = _environment(self._atlas)

    def write(self, report: PriorityReport, folder: Path) -> tuple[Path, Path]:
        """See `heritage.ports.reports.ReportWriter`."""
        folder.mkdir(parents=True, exist_ok=True)
        page, data = folder / "report.html", folder / "report.json"
        _write_whole(page, self.render(report))
        _write_whole(data, json.dumps(figures(report), ensure_ascii=False, indent=2, default=_plain) + "\n")
        return page, data

    def render(self, report: PriorityReport) -> str:
        """The whole page."""
        return self._templates.get_template("report.html.j2").render(
            report=report,
            summary=summary(report),
            css=Markup(_text("levels.css") + _text("report.css")),  # noqa: S704 - our own files
            maps=self._maps(report),
            risk_maps=self._risk_maps(report),
            level_shapes=LEVEL_SHAPES,
            words=risk_words(),
            many=many,
            cell_size=cell_size,
            charts=_charts(report),
            registers=_by_register(report.ranked),
            waiting=_by_missing_step(report.gated),
            totals=_totals(report),
            criteria={key: label for key, (label, _) in CRITERIA.items()},
            in_danger=_in_danger(report.datasets),
            glossary=word_list("glossary"),
        )

    def _maps(self, report: PriorityReport) -> dict[str, Any]:
        biggest = sorted(report.datasets, key=lambda view: -view.figures.records)
        css = {view.figures.dataset: name for view, name in zip(biggest, _COLOURS, strict=False)}
        layers: dict[str, tuple[DatasetView, Layer]] = {}
        for view in biggest:
            dataset = view.figures.dataset
            chosen = report.places.filter(pc.equal(report.places["dataset"], pa.scalar(dataset)))
            layers[dataset] = (view, Layer.of(chosen, css.get(dataset, _REST)))
        endangered = pc.sum(report.places["endangered"]).as_py() or 0
        world = self._atlas.world(
            [layer for _, layer in layers.values()],
            "World map of the records",
            f"{report.places.num_rows:,} records are on the map, {endangered:,} of them at risk. "
            "The table below gives the numbers by country.",
        )
        regions = [
            {
                "title": view.title,
                "svg": self._atlas.region(layer, dataset, f"Map of {shorten(printable(view.title))}", ""),
            }
            for dataset, (view, layer) in layers.items()
            if layer.regional and len(layers) > 1
        ]
        legend = [
            {"title": view.title, "css": layer.css} for view, layer in layers.values() if len(layer.lat)
        ]
        marked = set(report.places["level"].unique().to_pylist())
        levels = [level for level in ENDANGERED if level.value in marked]
        return {"world": world, "regions": regions, "legend": legend, "levels": levels}

    def _risk_maps(self, report: PriorityReport) -> dict[str, Any]:
        """By dataset, the sites in danger that have a place which may be shown."""
        drawn = {}
        for view in report.datasets:
            dataset = view.figures.dataset
            chosen = report.places.filter(pc.equal(report.places["dataset"], pa.scalar(dataset)))
            title = f"Sites in danger: {shorten(printable(view.title))}"
            drawn[dataset] = self._atlas.risks(chosen, f"risk-{dataset}", title, "The list below names them.")
        return drawn


def figures(report: PriorityReport) -> dict[str, Any]:
    """The report's content for machines: the same figures and sentences, without the drawing."""

    def proposal(view: ProposalView) -> dict[str, Any]:
        place = view.ranked
        return {
            **asdict(view.proposal),
            "rank": place.rank if place else None,
            "score": place.score if place else None,
            "contributions": place.contributions if place else None,
            "p_funded": place.p_funded if place else None,
            "robustness": place.robustness if place else None,
            "examples": [asdict(example) for example in view.examples],
        }

    return {
        "title": report.title,
        "made_at": report.made_at,
        "sample": report.sample,
        "summary": summary(report),
        "totals": _totals(report),
        "ranked": [proposal(view) for view in report.ranked],
        "gated": [proposal(view) for view in report.gated],
        "datasets": [
            {**asdict(view), "at_risk": view.figures.at_risk, "id": view.figures.dataset}
            for view in report.datasets
        ],
        "countries": [asdict(row) for row in report.countries],
        "credits": [asdict(credit) for credit in report.credits],
    }


def _by_register(views: Sequence[ProposalView]) -> list[tuple[DatasetView, list[ProposalView]]]:
    """Proposals of one register together, in the order of the best of them."""
    together: dict[str, list[ProposalView]] = {}
    for view in views:
        together.setdefault(view.proposal.dataset, []).append(view)
    return [(group[0].dataset, group) for group in together.values()]


def _in_danger(datasets: Sequence[DatasetView]) -> list[DatasetView]:
    """Registers with the most endangered sites first."""
    return sorted(datasets, key=lambda view: -view.figures.at_risk)


def _by_missing_step(views: Sequence[ProposalView]) -> list[tuple[list[Gate], list[ProposalView]]]:
    """Proposals of one register that wait for the same steps together."""
    together: dict[tuple[str, ...], list[ProposalView]] = {}
    for view in views:
        missing = (f"{gate.name}: {gate.missing_step}" for gate in view.proposal.gates if not gate.passed)
        together.setdefault((view.proposal.dataset, *missing), []).append(view)
    return [([g for g in group[0].proposal.gates if not g.passed], group) for group in together.values()]


def _totals(report: PriorityReport) -> dict[str, int]:
    counts = [view.figures for view in report.datasets]
    return {
        "records": sum(f.records for f in counts),
        "at_risk": sum(f.at_risk for f in counts),
        "withheld": sum(f.withheld for f in counts),
        "edits": report.together.edits,
    }


def _charts(report: PriorityReport) -> dict[str, Markup]:
    ranked = [view.ranked for view in report.ranked if view.ranked]
    if not ranked:
        return {}
    desc = (
        f"{len(ranked)} proposals as bars, best first, each divided into what urgency, relevance, equity and "
        "readiness add to its score. The table below gives the numbers."
    )
    return {
        "wide": ranking_chart(ranked, "chart-wide", 860, desc),
        "narrow": ranking_chart(ranked, "chart-narrow", 330, desc),
    }


def _environment(atlas: Atlas) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("heritage.adapters.reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: printable(value) if type(value) is str else value,
        trim_blocks=True,
    )
    names = word_list("properties")

    def country(qid: str | None) -> str:
        return atlas.country_names.get(qid, qid) if qid else "not stated"

    filters: Mapping[str, Any] = {
        "shorten": shorten,
        "number": lambda value: f"{value:,}",
        "duration": duration,
        "hours": lambda hours: f"{hours:.1f} hours" if hours >= 1 else duration(hours * 60),
        "day": lambda value: f"{value.day} {value:%B %Y}",
        "moment": lambda value: f"{value.day} {value:%B %Y, %H:%M} UTC",
        "licence_name": licence_name,
        "target_words": lambda target: TARGETS.get(target, target),
        "capitalise": lambda text: text[:1].upper() + text[1:],
        "finding_meaning": lambda code: BY_CODE[code].meaning.rstrip(".") if code in BY_CODE else code,
        "weight_words": lambda severity: WEIGHTS[severity],
        "property_name": lambda pid: names.get(pid, pid),
        "rule_words": lambda rule: RULES.get(rule, rule),
        "licence_words": lambda answer: LICENCE_ANSWERS.get(answer, answer),
        "readable": readable,
        "sentences": lambda example: edit_sentences(example, names),
        "with_commands": with_commands,
        "plain_licences": plain_licences,
        "real_item": lambda qid: not LOCAL_ITEM.fullmatch(qid),
        "country": country,
    }
    environment.filters.update(filters)
    return environment


def _text(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def _write_whole(path: Path, content: str) -> None:
    partial = path.with_name(path.name + ".part")
    partial.write_text(content, encoding="utf-8")
    partial.replace(path)


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not belong in report.json")
