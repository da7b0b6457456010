"""`heritage reviews`: make the tasks of campaigns, look after them, and take out what they settled."""

from pathlib import Path
from typing import Annotated

import typer

from heritage.cli.given import Sentences
from heritage.cli.review_export import review_export_command
from heritage.errors import HeritageError, visible
from heritage.wiring.settings import Settings

_Campaign = Annotated[str, typer.Option(help="Only this campaign; all that run by default")]
_Dataset = Annotated[str, typer.Argument(help="Id of the register")]
_File = Annotated[Path, typer.Option(help="Where to write it")]


def reviews_app(sentences: Sentences) -> typer.Typer:
    """The commands; `sentences` turns what goes wrong into one sentence and an exit code. What they print
    names no person."""
    app = typer.Typer(no_args_is_help=True, help="What people review, and what comes of it.")
    app.command("export")(review_export_command(sentences))
    _add_campaigns(app, sentences)
    _add_results(app, sentences)
    return app


def _add_campaigns(app: typer.Typer, sentences: Sentences) -> None:
    @app.command()
    def check() -> None:
        """Say whether the descriptions of campaigns can be used; exit with 1 when one cannot."""
        with sentences():
            from heritage.wiring.reviews import check_campaigns

            good, faults = check_campaigns(Settings())
            for fault in faults:
                typer.echo(visible(fault), err=True)
            typer.echo(f"{len(good)} campaigns can be used{': ' if good else ''}{', '.join(good)}.")
            if faults:
                raise typer.Exit(1)

    @app.command()
    def tasks(
        campaign: _Campaign = "", dataset: Annotated[str, typer.Option(help="Only of it")] = ""
    ) -> None:
        """Make the tasks of campaigns from what the last runs of their registers left."""
        with sentences():
            from heritage.wiring.reviews import make_review_tasks

            for made in make_review_tasks(Settings(), campaign, dataset):
                typer.echo(
                    f"{made.campaign}, {made.dataset}: {made.new} new, {made.standing} as before, "
                    f"{made.stale} stale; {made.gold} test who answers"
                )

    @app.command()
    def health(campaign: _Campaign = "") -> None:
        """Count agreement and patterns anew, and pause campaigns whose reviewers agree too little."""
        with sentences():
            from heritage.wiring.reviews import look_after_campaigns

            for found in look_after_campaigns(Settings(), campaign):
                alpha = "not known yet" if found.alpha is None else f"{found.alpha:.2f}"
                paused = "; paused" if found.paused else ""
                typer.echo(
                    f"{found.campaign}: alpha {alpha} over {found.judged} tasks, {found.answers} answers, "
                    f"{found.patterns} reviewers whose answers form a pattern, {found.recounted} tasks "
                    f"counted anew, {found.redundancy} answers a task{paused}"
                )


def _add_results(app: typer.Typer, sentences: Sentences) -> None:
    @app.command()
    def labels(dataset: _Dataset, out: _File = Path("truth.csv")) -> None:
        """Write which item people say each record is, as `heritage evaluate reconcile --truth` takes it."""
        with sentences():
            from heritage.wiring.reviews import write_labels

            _in_folder(out)
            typer.echo(f"{out}: {write_labels(Settings(), dataset, out)} records that people decided.")

    @app.command()
    def terms(
        dataset: _Dataset,
        write: Annotated[
            bool, typer.Option("--write", help="Put them into the lookup tables beside the description")
        ] = False,
    ) -> None:
        """Show the items that people gave to terms, as rows of the register's lookup tables."""
        with sentences():
            from heritage.wiring.review_terms import mapped_terms, write_terms

            for one in mapped_terms(Settings(), dataset):
                typer.echo(visible(f"item.{one.key}: {one.term},{one.item},campaign {one.campaign}"))
            if write:
                for table, number in write_terms(Settings(), dataset).items():
                    typer.echo(f"{table}: {number} terms")

    @app.command()
    def reopen(
        task: Annotated[str, typer.Argument(help="Id of the task")],
        reason: Annotated[str, typer.Option(help="Why; it stays on record")],
    ) -> None:
        """Give a settled task back to the experts, as one of the campaign's experts."""
        with sentences():
            from heritage.steps.review_health import reopen as give_back
            from heritage.wiring.reviews import reviews

            settings = Settings()
            try:
                give_back(task, settings.person, reason, reviews(settings))
            except KeyError:
                raise HeritageError(f"there is no task {task}") from None
            typer.echo("It waits for an expert again; what came of it before stands until it is settled.")


def _in_folder(out: Path) -> None:
    if not out.parent.is_dir():
        raise HeritageError(f"there is no folder {out.parent} for {out.name}")
