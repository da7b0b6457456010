"""Priority reports as one HTML file that needs no network and no script, with the same figures as JSON."""

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from heritage.adapters.reports.as_json import as_json, totals, write_whole
from heritage.adapters.reports.level_shapes import LEVEL_SHAPES
from heritage.adapters.reports.maps import all_maps, risk_maps
from heritage.adapters.reports.paper_first import TIES, criteria
from heritage.adapters.reports.paper_register import note_by, with_property_names
from heritage.adapters.reports.paper_vote import after, asked
from heritage.adapters.reports.ranking_chart import CRITERIA, ranking_chart
from heritage.adapters.reports.risk_words import cell_size, many, readable, risk_words
from heritage.adapters.reports.summary import summary, weighed
from heritage.adapters.reports.words import (
    LICENCE_ANSWERS,
    RULES,
    TARGETS,
    WEIGHTS,
    capitalise,
    duration,
    edit_sentences,
    licence_name,
    plain_licences,
    with_commands,
    word_list,
)
from heritage.adapters.reports.world_map import Atlas
from heritage.model.finding_code import BY_CODE
from heritage.model.governance import Gate
from heritage.model.shown import printable, shorten
from heritage.ports.reports import DatasetView, PriorityReport, ProposalView
from heritage.spec.closed import LOCAL_ITEM


class HtmlReportWriter:
    """Writes reports; `countries` is a GeoJSON of countries with `name` and `qid`."""

    def __init__(self, countries: Path) -> None:
        self._atlas = Atlas(countries)
        self._templates = _environment(self._atlas)

    def write(self, report: PriorityReport, folder: Path) -> tuple[Path, ...]:
        """See `heritage.ports.reports.ReportWriter`."""
        folder.mkdir(parents=True, exist_ok=True)
        page, data = folder / "report.html", folder / "report.json"
        write_whole(page, self.render(report).encode())
        write_whole(data, as_json(report))
        return page, data

    def render(self, report: PriorityReport) -> str:
        """The whole page."""
        return self._templates.get_template("report.html.j2").render(
            report=report,
            summary=summary(report),
            ask=asked(report, [view for view in report.ranked if view.ranked]),
            after=after(report.ask),
            weighed=weighed(report),
            asks=criteria(report),
            ties=TIES,
            css=Markup(_text("levels.css") + _text("report.css")),  # noqa: S704 - our own files
            maps=all_maps(report, self._atlas),
            risk_maps=risk_maps(report, self._atlas),
            level_shapes=LEVEL_SHAPES,
            words=risk_words(),
            many=many,
            cell_size=cell_size,
            charts=_charts(report),
            registers=_by_register(report.ranked),
            waiting=_by_missing_step(report.gated),
            totals=totals(report),
            criteria={key: label for key, (label, _) in CRITERIA.items()},
            in_danger=_in_danger(report.datasets),
            glossary=word_list("glossary"),
        )


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
        "capitalise": capitalise,
        "finding_meaning": lambda code: BY_CODE[code].meaning.rstrip(".") if code in BY_CODE else code,
        "weight_words": lambda severity: WEIGHTS[severity],
        "property_name": lambda pid: names.get(pid, pid),
        "rule_words": lambda rule: RULES.get(rule, rule),
        "licence_words": lambda answer: LICENCE_ANSWERS.get(answer, answer),
        "readable": readable,
        "sentences": lambda example: edit_sentences(example, names, atlas.country_names),
        "with_property_names": with_property_names,
        "note_by": note_by,
        "with_commands": with_commands,
        "plain_licences": plain_licences,
        "real_item": lambda qid: not LOCAL_ITEM.fullmatch(qid),
        "country": country,
    }
    environment.filters.update(filters)
    return environment


def _text(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")
