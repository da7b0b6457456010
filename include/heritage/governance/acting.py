"""Who may act in which role."""

from collections.abc import Iterable
from datetime import date

from heritage.errors import GovernanceError
from heritage.governance.settings import GovernanceSettings, Role


def may(terms: GovernanceSettings, user: str, role: Role, day: date, airflow_roles: Iterable[str]) -> bool:
    """Whether somebody is named for a role on a day and has one of the roles of Airflow's auth manager that
    the terms ask for, whatever its letters' case."""
    held = {name.lower() for name in airflow_roles}
    return user in terms.holders(role, day) and bool(held.intersection(terms.airflow_roles.get(role, ())))


def check_acting(terms: GovernanceSettings, user: str, roles: Iterable[Role], day: date, what: str) -> None:
    """Raises GovernanceError unless somebody is named for one of the roles on a day."""
    roles = tuple(roles)
    if not any(user in terms.holders(role, day) for role in roles):
        named = " or ".join(role.replace("_", " ") for role in roles)
        raise GovernanceError(
            f"{user!r} cannot {what}: it takes the {named}, and the terms of reference ({terms.version}) do "
            "not name them for that today."
        )
