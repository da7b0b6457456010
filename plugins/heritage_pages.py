"""Puts the Heritage pages into Airflow's navigation, behind Airflow's own login."""

import hashlib
from dataclasses import dataclass
from typing import Any

from airflow.api_fastapi.core_api.security import GetUserDep
from airflow.configuration import conf
from airflow.plugins_manager import AirflowPlugin

from heritage.web.app import create_app
from heritage.web.bound import services
from heritage.web.security import ORDERING
from heritage.wiring.settings import Settings

_PREFIX = "/heritage"
_PAGES = {"Priorities": "priorities", "Risk": "risk", "Datasets": "datasets", "Uploads": "uploads"}


@dataclass(frozen=True)
class _Person:
    """An Airflow user. Whether a person may vote is settled by the round's seats, not by the role."""

    name: str
    role: str | None
    can_vote: bool = True


def _current_user(user: GetUserDep) -> _Person:
    return _Person(user.get_name(), _role(user))


def _role(user: Any) -> str | None:
    """The simple auth manager gives one role, that of FAB several with names: the one that may order counts.
    Others answer for themselves that the user may log in at all."""
    names = [str(getattr(role, "name", role)) for role in getattr(user, "roles", ())]
    given = getattr(user, "role", names[0] if names else "user")
    return next((name for name in names if name.casefold() in ORDERING), given)


def _secret() -> str:
    """A key of our own, made from the API server's: one leak does not open the other."""
    key: Any = conf.get("api", "secret_key")
    return hashlib.sha256(f"heritage-forms:{key}".encode()).hexdigest()


class HeritagePages(AirflowPlugin):
    """Priorities, Risk, Datasets and Uploads in the navigation."""

    name = "heritage_pages"
    fastapi_apps = [  # noqa: RUF012 - Airflow reads plain class attributes
        {
            "app": create_app(services(Settings()), _current_user, _secret()),
            "url_prefix": _PREFIX,
            "name": "Heritage",
        }
    ]
    external_views = [  # noqa: RUF012
        {"name": name, "href": f"{_PREFIX}/{path}", "destination": "nav", "url_route": path}
        for name, path in _PAGES.items()
    ]
