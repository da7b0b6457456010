"""The preview of a register as one HTML file without script or address outside."""

from importlib import resources
from pathlib import Path

import jinja2
import numpy as np
import pyarrow as pa
from markupsafe import Markup

from heritage.adapters.reports.world_map import Atlas, Layer
from heritage.model.evidence import Level
from heritage.model.shown import printable, shorten
from heritage.ports.preview import Preview

_TERMS = 200


def preview_page(seen: Preview, countries: Path) -> str:
    """The page; `countries` is the GeoJSON of countries that the map is drawn on."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("heritage.adapters.reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: printable(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shorten"] = shorten
    css = resources.files(__package__).joinpath("templates", "report.css").read_text(encoding="utf-8")
    return environment.get_template("preview.html.j2").render(
        seen=seen,
        terms=seen.terms[:_TERMS],
        more=max(0, len(seen.terms) - _TERMS),
        map=_map(seen, Atlas(countries)),
        css=Markup(css),  # noqa: S704 - our own file
    )


def _map(seen: Preview, atlas: Atlas) -> Markup | None:
    placed = seen.places.filter(seen.places["lat"].is_valid())
    if not placed.num_rows:
        return None
    layer = Layer(
        "one",
        _floats(placed, "lat"),
        _floats(placed, "lon"),
        np.full(placed.num_rows, Level.UNKNOWN.value, object),
    )
    title = f"Where the records of {seen.title} lie"
    desc = f"{placed.num_rows} of {seen.records} records have a point that may be shown."
    return atlas.region(layer, "places", title, desc) if layer.regional else atlas.world([layer], title, desc)


def _floats(table: pa.Table, name: str) -> np.ndarray:
    values: np.ndarray = table[name].to_numpy()
    return values
