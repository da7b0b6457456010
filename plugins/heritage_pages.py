"""Puts the Heritage pages into Airflow's navigation, behind Airflow's own login."""

import hashlib
from dataclasses import dataclass
from typing import Any

from airflow.api_fastapi.core_api.security import GetUserDep
from airflow.configuration import conf
from airflow.plugins_manager import AirflowPlugin

from heritage.web.app import create_app
from heritage.web.bound import services, warn_of_roles
from heritage.web.security import ORDERING
from heritage.wiring.settings import Settings

_PREFIX = "/heritage"
_SIMPLE_ROLES = frozenset({"viewer", "user", "op", "admin"})
_PAGES = {
    "Priorities": "priorities",
    "Reviews": "reviews",
    "Risk": "risk",
    "Datasets": "datasets",
    "Uploads": "uploads",
    "Health": "health",
}


@dataclass(frozen=True)
class _Person:
    """An Airflow user. What they may do in rounds the terms of reference settle, with all their roles."""

    name: str
    role: str | None
    roles: tuple[str, ...] = ()


def _current_user(user: GetUserDep) -> _Person:
    names = _names(user)
    first = names[0] if names else getattr(user, "role", "user")
    return _Person(
        user.get_name(), next((name for name in names if name.casefold() in ORDERING), first), names
    )


def _names(user: Any) -> tuple[str, ...]:
    """The simple auth manager gives one role or none, that of FAB several with names. Others answer for
    themselves that the user may log in at all: such a person is a `user` here."""
    if hasattr(user, "role"):
        return (str(user.role),) if user.role else ()
    return tuple(str(getattr(role, "name", role)) for role in getattr(user, "roles", ("user",)))


def _secret() -> str:
    """A key of our own, made from the API server's: one leak does not open the other."""
    key: Any = conf.get("api", "secret_key")
    return hashlib.sha256(f"heritage-forms:{key}".encode()).hexdigest()


if conf.get("core", "auth_manager").endswith(".SimpleAuthManager"):  # others let administrators make roles
    warn_of_roles(Settings(), _SIMPLE_ROLES)


class HeritagePages(AirflowPlugin):
    """Priorities, Reviews, Risk, Datasets, Uploads and Health in the navigation."""

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
