"""The published decision log as one HTML page that needs nothing else."""

from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from heritage.model.shown import printable


def log_page(lines: Sequence[Mapping[str, Any]]) -> str:
    """A page with every line of `governance.public.lines_of`; what people wrote is text, never markup."""
    environment = Environment(
        loader=PackageLoader("heritage.adapters.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["printable"] = printable
    return environment.get_template("decisions.html.j2").render(lines=lines)
