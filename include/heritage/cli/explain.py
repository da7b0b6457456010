"""`heritage explain`: why a record was matched, or not, in sentences."""

from collections.abc import Callable
from typing import Annotated

import typer

from heritage.cli.given import Sentences
from heritage.errors import HeritageError, visible
from heritage.wiring.settings import Settings


def explain_command(sentences: Sentences) -> Callable[..., None]:
    """The command; `sentences` turns what goes wrong into one sentence and an exit code."""

    def explain(
        dataset: Annotated[str, typer.Argument(help="Id of the dataset")],
        record: Annotated[str, typer.Argument(help="The register's id of the record, to the letter")],
    ) -> None:
        """Tell which items a record could be, how likely each is, and what speaks for and against it."""
        with sentences():
            from heritage.adapters.reports.match_words import sentences as told
            from heritage.wiring.matching import Matches
            from heritage.wiring.pipeline import load_dataset

            settings = Settings()
            load_dataset(dataset, settings)  # says which there are, when there is none such
            found = Matches(settings).explain(dataset, record)
            if found is None:
                raise HeritageError(f"{dataset} has no such record, or none of which anything may be told")
            for line in told(found):
                typer.echo(visible(line))

    return explain
