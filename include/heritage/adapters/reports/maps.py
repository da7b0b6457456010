"""The maps of a report: the world with all registers, closer views, and the sites in danger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from markupsafe import Markup

from heritage.adapters.reports.world_map import ENDANGERED, Atlas, Layer
from heritage.model.evidence import Level
from heritage.model.shown import printable, shorten
from heritage.ports.reports import DatasetView, PriorityReport

_COLOURS = ("one", "two", "three", "four", "five")
_REST = "six"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A register with its name and either its drawing or the style of its dots."""

    title: str
    svg: Markup
    css: str


@dataclass(frozen=True, slots=True)
class Maps:
    world: Markup
    regions: Sequence[Drawn]
    legend: Sequence[Drawn]
    levels: Sequence[Level]
    """Those with marks of their own on the map, the worst first."""


def all_maps(report: PriorityReport, atlas: Atlas) -> Maps:
    """Everything that may be shown; the largest registers have colours of their own."""
    biggest = sorted(report.datasets, key=lambda view: -view.figures.records)
    css = {view.figures.dataset: name for view, name in zip(biggest, _COLOURS, strict=False)}
    layers: dict[str, tuple[DatasetView, Layer]] = {}
    for view in biggest:
        dataset = view.figures.dataset
        layers[dataset] = (view, Layer.of(_places(report, dataset), css.get(dataset, _REST)))
    endangered = pc.sum(report.places["endangered"]).as_py() or 0
    world = atlas.world(
        [layer for _, layer in layers.values()],
        "World map of the records",
        f"{report.places.num_rows:,} records are on the map, {endangered:,} of them at risk. "
        "The table below gives the numbers by country.",
    )
    regions = [
        Drawn(
            view.title,
            atlas.region(layer, dataset, f"Map of {shorten(printable(view.title))}", ""),
            layer.css,
        )
        for dataset, (view, layer) in layers.items()
        if layer.regional and len(layers) > 1
    ]
    legend = [Drawn(view.title, Markup(), layer.css) for view, layer in layers.values() if len(layer.lat)]
    marked = set(report.places["level"].unique().to_pylist())
    levels = [level for level in ENDANGERED if level.value in marked]
    return Maps(world, regions, legend, levels)


def risk_maps(report: PriorityReport, atlas: Atlas) -> Mapping[str, Markup | None]:
    """By dataset, the sites in danger that have a place which may be shown."""
    return {
        view.figures.dataset: atlas.risks(
            _places(report, view.figures.dataset),
            f"risk-{view.figures.dataset}",
            f"Sites in danger: {shorten(printable(view.title))}",
            "The list below names them.",
        )
        for view in report.datasets
    }


def _places(report: PriorityReport, dataset: str) -> pa.Table:
    return report.places.filter(pc.equal(report.places["dataset"], pa.scalar(dataset)))
