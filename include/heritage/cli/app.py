"""The commands and how they fail: one sentence on stderr and an exit code, never a traceback."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from heritage.cli.ask import ask_command
from heritage.cli.backup import backup_app
from heritage.cli.catalogue import catalogue_command
from heritage.cli.database import database_app
from heritage.cli.decisions import decisions_app
from heritage.cli.evaluate import evaluate_app
from heritage.cli.explain import explain_command
from heritage.cli.export import export_command
from heritage.cli.health import health_command
from heritage.cli.impact import impact_command
from heritage.cli.index import index_command
from heritage.cli.lines import in_lines
from heritage.cli.media import media_app
from heritage.cli.metabase import metabase_app
from heritage.cli.partners import feedback_command, wlm_command
from heritage.cli.permission import permission_app
from heritage.cli.publish import publish_command
from heritage.cli.reviews import reviews_app
from heritage.cli.revisit import revisit_command
from heritage.cli.schedule import schedule_app
from heritage.cli.serve import serve_command
from heritage.cli.source import source_app
from heritage.cli.upload import upload_app
from heritage.cli.withhold import withhold_commands
from heritage.errors import HeritageError
from heritage.model.shown import printable
from heritage.wiring.settings import Settings
from heritage.wiring.way import Step, steps_of

app = typer.Typer(no_args_is_help=True, help=__doc__.split("\n")[0], pretty_exceptions_enable=False)
app.add_typer(evaluate_app, name="evaluate")

_err = Console(stderr=True, soft_wrap=True)


@app.callback()
def _common(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Tell every detail")] = False,
) -> None:
    logging.basicConfig(level=logging.WARNING, handlers=[in_lines()], force=True)
    logging.getLogger("heritage").setLevel(logging.DEBUG if verbose else logging.INFO)


@app.command()
def run(
    dataset: Annotated[str, typer.Argument(help="Id of the dataset or layer, or path of its YAML")],
    source: Annotated[
        Path | None, typer.Option("--from", help="Harvest from this file, not from the publisher")
    ] = None,
    until: Annotated[Step, typer.Option(help="The last step to run")] = Step.PROPOSE,
    approve: Annotated[
        bool, typer.Option("--approve", help="Use the snapshot although a check asks about it")
    ] = False,
) -> None:
    """Run a dataset's steps, from the register to proposed edits, or a layer's. Nothing is uploaded."""
    with _sentences():
        from heritage.model.approval import Answer
        from heritage.wiring.layers import find_layer
        from heritage.wiring.pipeline import Run, load_dataset, run_step

        settings = Settings()
        answer = Answer(True, settings.person, "CLI") if approve else None
        layer = find_layer(dataset, settings)
        if layer:
            _run_layer(layer, settings, source, answer)
            return
        loaded, snapshot = load_dataset(dataset, settings), None
        for step in steps_of(loaded.spec):
            with _bar(step.value) as progress:
                bound = Run(loaded, settings, _account(), source, answer, progress)
                result = run_step(step, bound, snapshot)
            snapshot = result["snapshot"]
            if step is until:
                break
        folder = f"{settings.data_url.rstrip('/')}/{loaded.spec.id}/{snapshot}"
        typer.echo(f"{loaded.spec.id}: done until {step.value}; the tables are in {folder}")


def _run_layer(layer: Any, settings: Settings, source: Path | None, answer: Any) -> None:
    from heritage.wiring.layers import LAYER_STEPS, run_layer_step

    snapshot = None
    for step in LAYER_STEPS:
        snapshot = run_layer_step(step, layer, settings, snapshot, source, answer)["snapshot"]
    folder = f"{settings.data_url.rstrip('/')}/{layer.spec.id}/{snapshot}"
    typer.echo(f"{layer.spec.id}: its features are in {folder}")


@app.command()
def report() -> None:
    """Rank what could be done next and write the priority report."""
    with _sentences():
        from heritage.wiring.governance import rank_and_report

        written = rank_and_report(Settings())
        typer.echo(
            f"{written.ranked} proposals ranked, {written.gated} wait for a missing step: {written.html}"
        )


@app.command()
def vote(
    round_id: Annotated[str, typer.Argument(help="Id of the open round")],
    proposal_id: Annotated[str, typer.Argument(help="Id of the proposal")],
    answer: Annotated[
        str, typer.Argument(help="0 to 5 on the ballot, else for or against; abstain, recused")
    ],
    member: Annotated[str, typer.Option(help="The seat that votes")],
    reason: Annotated[str, typer.Option(help="Why, for the minutes")] = "",
) -> None:
    """Cast a member's vote, as the Priorities page does."""
    with _sentences():
        from heritage.wiring.governance import cast_vote

        cast_vote(Settings(), round_id, member, proposal_id, answer, reason)
        typer.echo(f"{member}: {answer} on {proposal_id}")


def _open_decisions() -> Any:
    with _sentences():
        from heritage.wiring.stores import decision_store

        return decision_store(Settings())


def _names_public() -> bool:
    with _sentences():
        from heritage.wiring.terms import governance_settings

        return governance_settings(Settings()).names_public


def _log_page(lines: list[dict[str, object]]) -> str:
    from heritage.wiring.governance import log_page

    return log_page(lines)


def _later_sentences() -> AbstractContextManager[None]:
    return _sentences()


_decisions = decisions_app(_open_decisions, _names_public, _log_page)
ask_command(_decisions, _later_sentences)
app.add_typer(_decisions, name="decisions")


def _later_bar(what: str) -> AbstractContextManager[Callable[[int, int], None]]:
    return _bar(what)


def _later_target() -> str | None:
    account = _account()
    return account.target if account else None


app.add_typer(source_app(_later_sentences), name="source")
app.command("catalogue")(catalogue_command(_later_sentences))
app.command("index")(index_command(_later_sentences, _later_bar))
app.command("serve")(serve_command(_later_sentences))
app.command("explain")(explain_command(_later_sentences))
app.command("health")(health_command(_later_sentences))
app.command("export")(export_command(_later_sentences, _later_target))
app.command("publish-snapshot")(publish_command(_later_sentences))
withhold_commands(app, _later_sentences)
app.add_typer(backup_app(_later_sentences, _later_bar), name="backup")
app.add_typer(database_app(_later_sentences), name="database")
app.add_typer(permission_app(_later_sentences), name="permission")
app.add_typer(media_app(_later_sentences, _later_bar, _later_target), name="media")
app.add_typer(metabase_app(_later_sentences), name="metabase")
app.add_typer(upload_app(_later_sentences, _later_bar, lambda: _account()), name="upload")
app.command("wlm")(wlm_command(_later_sentences, _later_bar, lambda: _account()))
app.command("feedback")(feedback_command(_later_sentences, _later_bar, lambda: _account()))
app.command("impact")(impact_command(_later_sentences, _later_bar, lambda: _account()))
app.command("revisit")(revisit_command(_later_sentences, _later_bar, lambda: _account()))
app.add_typer(reviews_app(_later_sentences), name="reviews")
app.add_typer(schedule_app(_later_sentences, _later_target), name="schedule")


def _account() -> Any:
    from heritage.wiring.wiki_account import account_from_environment

    return account_from_environment(Settings())


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise  # who reads our output has read enough
    except HeritageError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))


def _fail(sentence: str) -> NoReturn:
    _err.print(f"error: {printable(sentence)}", style="red", markup=False, highlight=False)
    raise typer.Exit(1)


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar that appears when the step reports progress; it is gone when the step is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bars = Progress(*columns, console=_err, transient=True)
    task = bars.add_task(what, total=None)

    def progress(done: int, total: int) -> None:
        bars.start()  # only now: a bar that never moved would leave an empty line
        bars.update(task, completed=done, total=total or None)

    try:
        yield progress
    finally:
        if bars.live.is_started:
            bars.stop()
