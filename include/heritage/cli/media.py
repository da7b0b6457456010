"""`heritage media`: images of a register on their way to Wikimedia Commons."""

from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from heritage.cli.given import Bar, Sentences
from heritage.errors import HeritageError
from heritage.model.shown import printable
from heritage.model.upload import Action
from heritage.wiring.settings import Settings
from heritage.wiring.wiki_account import WikiAccount, account_from_environment

_Dataset = Annotated[str, typer.Argument(help="Id of the dataset")]
_SHOWN = 5


def media_app(sentences: Sentences, bar: Bar, wiki_of: Callable[[], str | None]) -> typer.Typer:
    """The commands `plan`, `upload` and `order`; `wiki_of` gives the wiki whose items the images show."""
    app = typer.Typer(no_args_is_help=True, help="Bring images of a register to Wikimedia Commons.")

    @app.command()
    def plan(dataset: _Dataset) -> None:
        """Show which images may go, and what stays and why. Nothing is fetched or written to a wiki."""
        with sentences():
            from heritage.wiring.media import plan_images

            settings = Settings()
            batch = plan_images(settings, dataset, wiki=wiki_of() or "", target=_target(settings))
            typer.echo(f"Batch {batch.batch_id}: {batch.files.num_rows} images of {batch.title}.")
            for row in batch.files.slice(0, _SHOWN).to_pylist():
                bare = "; with its pixels alone" if row["strip"] else ""
                about = f"about {row['qid']}, {row['licence']}{bare}"
                typer.echo(f"  {printable(row['title'])} ({about})")
            _tell_counts("stays", batch.kept_back)

    @app.command()
    def upload(
        dataset: _Dataset,
        live: Annotated[
            bool, typer.Option("--live", help="Write to the wiki; without it, only look what would happen")
        ] = False,
    ) -> None:
        """Upload images: a pilot first, the rest when a person has released the batch."""
        with sentences(), bar("images") as progress:
            from heritage.wiring.media import rehearse_images, upload_images

            settings = Settings()
            account = _account(settings)
            send = upload_images if live else rehearse_images
            done = send(settings, account, dataset, wiki=wiki_of() or "", progress=progress)
            word = "on the wiki" if live else "would be sent"
            number = done["confirmed"] if live else done["waiting"]
            typer.echo(f"Batch {done['batch_id']}: {number} images {word}.")
            for sentence in done["held"]:
                typer.echo(printable(sentence))
            if done["undescribed"]:
                typer.echo(f"{done['undescribed']} of them lack their structured data: the wiki refused it.")
            _tell_counts("skipped", done["skipped"])

    @app.command()
    def order(
        batch: Annotated[str, typer.Argument(help="Id of the batch, as `plan` and `upload` say it")],
        action: Annotated[Action, typer.Argument(help="What is to happen")],
        reason: Annotated[str, typer.Option(help="Why; others will ask")],
    ) -> None:
        """Release, pause, resume or cancel a batch of images. It holds from the next file on."""
        with sentences():
            from heritage.wiring.media import order_images

            settings = Settings()
            order_images(settings, settings.person, batch, action, reason)
            typer.echo(f"Batch {batch}: {action}.")

    return app


def _tell_counts(what: str, counts: Mapping[str, int]) -> None:
    for reason, count in counts.items():
        typer.echo(f"{what}: {count} ({reason})")


def _account(settings: Settings) -> WikiAccount:
    account = account_from_environment(settings, "HERITAGE_COMMONS")
    if account is None:
        raise HeritageError(
            "no account for files is set: HERITAGE_COMMONS_TARGET=commons, HERITAGE_COMMONS_USER and "
            "HERITAGE_COMMONS_PASSWORD_FILE"
        )
    return account


def _target(settings: Settings) -> str:
    account = account_from_environment(settings, "HERITAGE_COMMONS")
    return account.target if account else settings.commons_target
