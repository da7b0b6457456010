"""Adds the service to an app: both versions, and the page that says how to use it."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response

from heritage.web.pages import Templates, relative_root
from heritage.web.recon.answers import NAME
from heritage.web.recon.asking import answering, root
from heritage.web.recon.crossing import CrossOrigin
from heritage.web.recon.v0_2 import PATH as PATH_0_2
from heritage.web.recon.v0_2 import add_0_2
from heritage.web.recon.v1_0 import PATH as PATH_1_0
from heritage.web.recon.v1_0 import add_1_0
from heritage.web.services import ReconServices

BY_HEADER = {"authentication": {"type": "apiKey", "name": "Authorization", "in": "header"}}
"""How a client logs in where it has to: `Bearer` and a token."""


def add_reconciliation(
    app: FastAPI, pages: Templates, services: ReconServices, authentication: Mapping[str, Any] | None
) -> None:
    """Adds the routes; who may ask is settled for the whole app."""
    for add in (add_0_2, add_1_0):
        add(app, services.service, pages.draw, services.batch, authentication)

    async def about(request: Request) -> Response:
        return pages.render(
            "reconcile",
            root=relative_root(request),
            called=NAME,
            addresses={"0.2": root(request, PATH_0_2), "1.0": root(request, PATH_1_0)},
            batch=services.batch,
            alone=authentication is None,
        )

    app.add_api_route("/reconcile", answering(about), methods=["GET"])
    app.add_middleware(CrossOrigin)
