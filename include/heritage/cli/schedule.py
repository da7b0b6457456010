"""`heritage schedule`: the calendar of uploads, and what people say can be done in a week."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from heritage.cli.given import Sentences
from heritage.errors import DecisionMissing, HeritageError
from heritage.model.shown import printable
from heritage.ports.schedule import CapacityEntry, KeptPlan
from heritage.schedule.plan import Plan, Tier
from heritage.wiring.settings import Settings

_PIPED = 160  # columns of a table that goes into a file
_TIERS = {
    Tier.EMERGENCY: "emergency",
    Tier.OVERDUE: "overdue",
    Tier.DECIDED: "decided",
    Tier.BACKLOG: "forecast",
}


def schedule_app(sentences: Sentences, target: Callable[[], str | None]) -> typer.Typer:
    """The calendar, and the commands `capacity` and `sample`; `target` is the wiki of the environment."""
    app = typer.Typer(help="The calendar of uploads: what goes in which week, what waits and why.")

    @app.callback(invoke_without_command=True)
    def schedule(
        context: typer.Context,
        now: Annotated[bool, typer.Option("--now", help="Plan anew; otherwise the latest plan")] = False,
        on: Annotated[str, typer.Option("--target", help="A wiki by its name in the journal")] = "",
    ) -> None:
        """Show the calendar of uploads."""
        if context.invoked_subcommand:
            return
        with sentences():
            from heritage.wiring.schedule import latest_plan, replan

            settings = Settings()
            latest = latest_plan(settings, on or target())
            wiki = on or target() or (latest.plan.target if latest else None)
            if now and wiki is None:
                raise HeritageError("plan for which wiki? Set HERITAGE_WIKI_API, or give --target")
            kept = replan(settings, wiki) if now and wiki else latest
            if kept is None:
                raise DecisionMissing(
                    "There is no plan yet: the DAG uploads makes one every hour, and --now does."
                )
            _show(kept)

    @app.command()
    def capacity(
        hours: Annotated[float | None, typer.Option(help="Of reviewers, a week")] = None,
        edits: Annotated[int | None, typer.Option(help="A week")] = None,
        reserve: Annotated[float | None, typer.Option(help="Hours a week for what nobody foresees")] = None,
        open_requests: Annotated[int | None, typer.Option(help="Of the Helpdesk")] = None,
        mean_hours: Annotated[float | None, typer.Option(help="That one of them takes")] = None,
        week: Annotated[str, typer.Option(help="One week that is different, as 2026-W52")] = "",
        why: Annotated[str, typer.Option(help="Why that week is different")] = "",
        file: Annotated[
            Path | None, typer.Option("--file", help="All of it from a YAML file, instead of what stands")
        ] = None,
    ) -> None:
        """Show how much can be uploaded in a week, or change it; everything else stays as it is."""
        with sentences():
            from heritage.wiring.schedule import capacity as standing
            from heritage.wiring.schedule import set_capacity

            settings = Settings()
            given = {"hours_per_week": hours, "edits_per_week": edits, "reserve_hours": reserve}
            helpdesk = {"open_requests": open_requests, "mean_hours": mean_hours}
            content = _read(file) if file else standing(settings).capacity.model_dump(exclude_defaults=True)
            changed = _changed(content, given, helpdesk, week, why)
            if file or changed:
                set_capacity(settings, settings.person, content)
            _tell(standing(settings))

    @app.command()
    def sample(
        dataset: Annotated[str, typer.Argument(help="The register whose edits were looked at")],
        looked_at: Annotated[int, typer.Option(help="How many edits")],
        wrong: Annotated[int, typer.Option(help="How many of them are wrong")],
    ) -> None:
        """Enter what people found who looked at edits on the wiki: a new register goes on only after that."""
        with sentences():
            from heritage.schedule.sample import finding
            from heritage.wiring.schedule import add_sample, schedule_settings

            settings = Settings()
            entry = add_sample(settings, settings.person, dataset, looked_at, wrong)
            rule = schedule_settings(settings).sample
            passed, told = finding(entry.capacity.samples[dataset], sys.maxsize, rule)
            typer.echo(f"{told}. {'It goes on.' if passed else 'It waits, unless these are all its edits.'}")

    return app


def _changed(
    content: dict[str, Any], given: dict[str, Any], helpdesk: dict[str, Any], week: str, why: str
) -> bool:
    """Puts what was given into the content: for one week if it is named, else for all."""
    named = {name: value for name, value in given.items() if value is not None}
    if week:
        if "reserve_hours" in named:
            raise HeritageError("--reserve is for all weeks: leave out --week")
        one = {name.removesuffix("_per_week"): value for name, value in named.items()}
        content["weeks"] = {**content.get("weeks", {}), week: one | ({"why": why} if why else {})}
    else:
        content.update(named)
    desk = {name: value for name, value in helpdesk.items() if value is not None}
    if desk:
        content["helpdesk"] = {**content.get("helpdesk", {}), **desk}
    return bool(named or desk or week)


def _read(file: Path) -> dict[str, Any]:
    from heritage.spec.yaml_text import read_yaml

    try:
        content = read_yaml(file)
    except ValueError as error:
        raise HeritageError(f"{file.name}: {error}") from None
    if not isinstance(content, dict):
        raise HeritageError(f"{file.name}: write the fields of the capacity, as `hours_per_week: 24`")
    return content


def _show(kept: KeptPlan) -> None:
    plan = kept.plan
    console = Console(width=None if sys.stdout.isatty() else _PIPED)
    console.print(_weeks(plan))
    console.print(_placed(plan))
    for waiting in plan.waiting:
        typer.echo(f"Waits: {printable(waiting.title)} ({waiting.batch_id}). {printable(waiting.sentence)}")
    for change in plan.changes:
        typer.echo(f"Changed: {printable(change.sentence)}")
    for note in plan.notes:
        typer.echo(f"Note: {printable(note)}")
    typer.echo(
        f"Plan for {plan.target}, made on {kept.made_at:%Y-%m-%d %H:%M} UTC with figures {plan.version}: "
        f"{plan.status}."
    )


def _weeks(plan: Plan) -> Table:
    table = Table(box=None, header_style="bold", title="Weeks", title_justify="left")
    for heading in ("Week", "Edits", "of", "Hours", "of", "Helpdesk", "Remarks"):
        table.add_column(heading, justify="left" if heading in ("Week", "Remarks") else "right")
    for week in _worth_showing(plan):
        table.add_row(
            week.week,
            f"{week.planned_edits:,}",
            f"{week.edits:,}",
            f"{week.planned_hours:.1f}",
            f"{week.free_hours:g}",
            f"{week.helpdesk:g}",
            Text(printable("; ".join(filter(None, (week.frozen and f"frozen: {week.frozen}", week.why))))),
        )
    return table


def _worth_showing(plan: Plan) -> Iterator[Any]:
    """Up to the last week in which something is planned or different, the first four anyway."""
    last = max((n for n, week in enumerate(plan.weeks) if week.planned_edits or week.why), default=0)
    yield from plan.weeks[: max(last + 1, 4)]


def _placed(plan: Plan) -> Table:
    table = Table(box=None, header_style="bold", title="Batches", title_justify="left")
    for heading in ("From", "Weeks", "Edits", "Tier", "Batch", "Register", "Why"):
        table.add_column(heading, justify="right" if heading in ("Weeks", "Edits") else "left")
    for one in plan.placed:
        year, week, _ = one.monday.isocalendar()
        table.add_row(
            *(f"{year}-W{week:02}", str(one.weeks), f"{sum(one.edits):,}", _TIERS[one.tier]),
            *(Text(printable(cell)) for cell in (one.batch_id, one.title, one.sentence)),
        )
    return table


def _tell(entry: CapacityEntry) -> None:
    import yaml

    if entry.given_at:
        typer.echo(f"# entered by {printable(entry.given_by)} on {entry.given_at:%Y-%m-%d %H:%M} UTC")
    else:
        typer.echo("# nobody has entered any; these are the figures of calendar.yaml")
    content = entry.capacity.model_dump(mode="json", exclude_defaults=True)
    typer.echo(_lines(yaml.safe_dump(content, sort_keys=False, allow_unicode=False)))


def _lines(text: str) -> str:
    return "\n".join(map(printable, text.rstrip().split("\n")))
