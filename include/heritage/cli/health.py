"""`heritage health`: what somebody has to look at; exit code 1 when something is wrong."""

import json
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from heritage.cli.given import Sentences
from heritage.model.shown import printable
from heritage.ports.health import Finding, Gravity
from heritage.wiring.settings import Settings

_COLOURS = {Gravity.WRONG: "red", Gravity.SOON: "yellow"}


def health_command(sentences: Sentences) -> Callable[..., None]:
    """The command; `sentences` turns what goes wrong into one sentence and an exit code."""

    def health(
        as_data: Annotated[bool, typer.Option("--json", help="For tools that watch, as health.json")] = False,
    ) -> None:
        """Say what is wrong with this installation, and what to do; exit with 1 when something is."""
        with sentences():
            from heritage.steps.health_text import as_json, verdict
            from heritage.wiring.health import installation_health

            found = installation_health(Settings())
            if as_data:
                typer.echo(json.dumps(as_json(found), ensure_ascii=False, indent=1))
            else:
                console = Console(soft_wrap=True, highlight=False)
                console.print(Text(verdict(found)))
                for one in found.findings:
                    console.print(_line(one))
            if found.wrong:
                raise typer.Exit(1)

    return health


def _line(one: Finding) -> Text:
    from heritage.steps.health_text import remedy

    told = f"{printable(one.subject)}: {printable(one.sentence)} {remedy(one.trouble)}"
    where = f" (docs/runbook.md#{one.trouble.value})"
    return Text.assemble((f"{one.gravity.value} ", _COLOURS[one.gravity]), told, (where, "dim"))
