"""`heritage metabase`: what was done with whom, for the Content Partnerships Hub."""

from typing import Annotated

import typer

from heritage.cli.given import Sentences
from heritage.errors import HeritageError
from heritage.model.shown import printable
from heritage.wiring.settings import Settings
from heritage.wiring.wiki_account import account_from_environment

_Live = Annotated[bool, typer.Option("--live", help="Really write to the hub; without it nothing is sent")]


def metabase_app(sentences: Sentences) -> typer.Typer:
    """The command `publish`."""
    app = typer.Typer(no_args_is_help=True, help="Tell the Content Partnerships Hub what was done with whom.")

    @app.callback()
    def metabase() -> None:
        """Keeps `publish` a command of its own."""

    @app.command()
    def publish(live: _Live = False) -> None:
        """Publish datasets and settled batches as items on the hub's wiki. A dry run by default."""
        with sentences():
            _publish(live)

    return app


def _publish(live: bool) -> None:
    from heritage.wiring.hub import publish

    settings = Settings()
    account = account_from_environment(settings, "HERITAGE_METABASE")
    if account is None:
        raise HeritageError(
            "no account on the hub is set: HERITAGE_METABASE_TARGET=metabase, HERITAGE_METABASE_USER and "
            "HERITAGE_METABASE_PASSWORD_FILE"
        )
    found = publish(settings, account, live=live)
    if not found:
        typer.echo("No batch is settled that the hub is to be told of.")
    for told in found:
        if told.problem:
            typer.echo(f"{told.dataset}: {printable(told.problem)}")
            continue
        what = f"{told.sent} edits made, {told.waiting} wait" if live else f"{len(told.items)} to send"
        typer.echo(f"{told.dataset}: {what}.")
        for item in told.items:
            typer.echo(f"  {item.key}: {item.qid or 'a new item'}")
            for line in item.lines:
                typer.echo(f"    {printable(line)}")
        if told.later:
            typer.echo(f"  {told.later} batches follow when the dataset has its item.")
        for reason, number in (told.skipped or {}).items():
            typer.echo(f"  skipped {number}: {printable(reason)}")
        for sentence in told.left:
            typer.echo(f"  left: {printable(sentence)}")
        if told.waiting:
            typer.echo(f"  {printable(told.stands)}")
    if any(told.problem for told in found):
        raise HeritageError("not everything was told")
