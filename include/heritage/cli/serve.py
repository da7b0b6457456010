"""`heritage serve`: the reconciliation service alone, for OpenRefine on the same machine."""

import ipaddress
from collections.abc import Callable
from typing import Annotated

import typer

from heritage.cli.given import Sentences
from heritage.errors import HeritageError
from heritage.wiring.settings import Settings

_APP = "heritage.web.recon.standalone:app"
"""Named, not imported: faces know nothing of each other."""


def serve_command(sentences: Sentences) -> Callable[..., None]:
    """The command; `sentences` turns what goes wrong into one sentence and an exit code."""

    def serve(
        host: Annotated[
            str, typer.Option(help="Address to listen on; 0.0.0.0 lets everybody in who can reach it")
        ] = "127.0.0.1",
        port: Annotated[int, typer.Option(min=1, max=65535)] = 8100,
    ) -> None:
        """Serve reconciliation over the local index to OpenRefine and other clients (W3C API 0.2, 1.0)."""
        with sentences():
            import uvicorn

            from heritage.wiring.reconciliation import reconciliation

            service = reconciliation(Settings())
            items = service.open()
            typer.echo(f"{items:,} items, index {service.freshness()}.")
            place = f"[{host}]" if ":" in host else host
            typer.echo(f"OpenRefine: http://{place}:{port}/reconcile/0.2")
            typer.echo(f"Draft of version 1.0: http://{place}:{port}/reconcile/1.0")
            typer.echo(
                "Only this machine can ask."
                if _is_this_machine(host)
                else "Everybody who can reach this machine can ask, without logging in."
            )
            # no log of requests: names may stand in their addresses
            uvicorn.run(_APP, factory=True, host=host, port=port, log_level="warning", access_log=False)

    return serve


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError as error:
        raise HeritageError(
            f"{host!r} is no address; give 127.0.0.1, 0.0.0.0 or one of this machine"
        ) from error
