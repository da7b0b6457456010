"""`heritage withhold`, `consent` and `relax`: what people ask for, for the sensitivity steward to enter."""

from typing import Annotated

import typer

from heritage.cli.given import Sentences
from heritage.errors import GovernanceError
from heritage.model.disclosure import By, Disclosure
from heritage.wiring.settings import Settings

_Dataset = Annotated[str, typer.Argument(help="Id of the dataset")]
_Record = Annotated[str, typer.Argument(help="The register's id of the record, to the letter")]
_Class = Annotated[
    Disclosure, typer.Option("--class", help="S1 to S3: a cell; S4: a large area only; S5: not at all")
]
_By = Annotated[By, typer.Option("--by", help="Who asked")]
_Evidence = Annotated[str, typer.Option(help="Where the letter or the minutes are kept; not what they say")]
_Consent = Annotated[str, typer.Option(help="Where the written consent is kept")]


def withhold_commands(app: typer.Typer, sentences: Sentences) -> None:
    """Adds the three commands to `app`; what they print names neither the record nor who asked."""

    @app.command()
    def withhold(
        dataset: _Dataset, record: _Record, disclosure: _Class, by: _By, evidence: _Evidence
    ) -> None:
        """Keep a record back because its owner, a community or an authority asks; holds at once."""
        with sentences():
            from heritage.wiring.withhold import withhold as enter

            settings = Settings()
            enter(settings, dataset, record, disclosure, by, evidence, settings.person)
            typer.echo(
                f"Entered: from now on no more of the record is told than {disclosure} allows, and less "
                "where another request or rule asks for less. What was uploaded before stays on the wiki "
                "until people there take it out."
            )

    @app.command()
    def consent(
        dataset: _Dataset,
        record: _Record,
        by: Annotated[By, typer.Option("--by", help="Who agrees: its community or owner, no authority")],
        evidence: _Evidence,
    ) -> None:
        """Record that those to whom a sacred place belongs agree in writing to its being shown."""
        with sentences():
            from heritage.wiring.withhold import consent as enter

            settings = Settings()
            enter(settings, dataset, record, by, evidence, settings.person)
            typer.echo("Entered: the consent counts from the next flagging of the dataset on.")

    @app.command()
    def relax(
        dataset: _Dataset,
        record: _Record,
        disclosure: _Class,
        consent: _Consent = "",
        decision: Annotated[int | None, typer.Option(help="Number of the body's decision")] = None,
        propose: Annotated[bool, typer.Option("--propose", help="Bring it to the vote")] = False,
    ) -> None:
        """Tell more of a record than the rules allow, on a decision with two thirds of the votes."""
        with sentences():
            from heritage.wiring.withhold import propose_relaxing
            from heritage.wiring.withhold import relax as enter

            settings = Settings()
            user = settings.person
            if propose and decision is not None:
                raise GovernanceError(
                    "--propose brings the question to the vote, --decision names the vote that answered it: "
                    "give one of them."
                )
            if propose:
                opened = propose_relaxing(settings, dataset, record, disclosure, consent, user)
                typer.echo(f"Round {opened.round_id} is open until {opened.closes_at:%Y-%m-%d %H:%M} UTC.")
                return
            enter(settings, dataset, record, disclosure, consent, decision, user)
            typer.echo("Entered: it counts from the next flagging of the dataset on.")
