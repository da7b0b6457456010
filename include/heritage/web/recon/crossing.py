"""Lets pages of other sites ask the service, and keeps what was asked out of logs of addresses."""

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

BELOW = "/reconcile"


class CrossOrigin:
    """ASGI middleware: whoever may reach the service may do so from any page, as the protocol asks. No
    cookies go with such requests; a client that has to log in sends the header Authorization."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open = CORSMiddleware(
            app,
            allow_origins=["*"],
            allow_methods=["GET", "POST"],
            allow_headers=["Accept-Language", "Authorization", "Content-Type"],
            allow_private_network=True,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or passes on."""
        if scope["type"] != "http" or not is_ours(scope):
            await self._app(scope, receive, send)
            return
        try:
            await self._open(scope, receive, send)
        finally:
            scope["query_string"] = b""  # names may stand in it, and a server's log of addresses comes last


def is_ours(scope: Scope) -> bool:
    """Whether a request is for the service or its page."""
    path = str(scope["path"]).removeprefix(str(scope.get("root_path", "")))
    return path == BELOW or path.startswith(f"{BELOW}/")
