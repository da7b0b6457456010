"""The service alone, for the machine that it runs on: no login, no other page."""

from fastapi import FastAPI, Response
from fastapi.responses import RedirectResponse

from heritage.web.assets import asset
from heritage.web.pages import Templates
from heritage.web.recon.asking import refused
from heritage.web.recon.service import add_reconciliation
from heritage.web.services import ReconServices
from heritage.wiring.reconciliation import reconciliation
from heritage.wiring.settings import Settings


def app() -> FastAPI:
    """Over the index that the settings name; a factory for uvicorn."""
    settings = Settings()
    return create_app(ReconServices(reconciliation(settings), settings.service_batch))


def create_app(services: ReconServices) -> FastAPI:
    """Over any service."""
    alone = FastAPI(title="Heritage Guard", docs_url=None, redoc_url=None, openapi_url=None)

    @alone.get("/")
    def index() -> RedirectResponse:
        return RedirectResponse("reconcile")

    @alone.get("/assets/pages.css")
    def style() -> Response:
        return asset("pages.css") or refused("There is no such file.", 404)

    add_reconciliation(alone, Templates(), services, None)
    return alone
