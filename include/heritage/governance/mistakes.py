"""What is wrong with terms of reference as somebody has written them, beyond what no terms can be."""

from collections.abc import Iterator

from heritage.governance.settings import GovernanceSettings, Role

Mistake = tuple[tuple[str | int, ...], str]
"""The keys down to what is wrong, and what to do."""


def mistakes(terms: GovernanceSettings) -> Iterator[Mistake]:
    """Whoever is named here could never act. Asked of the file that holds today; what a round was opened with
    stands as it was."""
    for number, member in enumerate(terms.members):
        if member.user != member.user.strip():
            yield ("members", number, "user"), _spaces(member.user)
    for role, held in terms.roles.items():
        for number, term in enumerate(held):
            if term.user != term.user.strip():
                yield ("roles", role.value, number, "user"), _spaces(term.user)
    named = [*([Role.MEMBER] if terms.members else []), *(role for role, held in terms.roles.items() if held)]
    for role in named:
        if not terms.airflow_roles.get(role):
            yield (
                ("airflow_roles", role.value),
                f"people are named for {role.value}, and no role of Airflow lets anybody act as such: list "
                "those that do, as [user, op, admin]",
            )


def unknown_airflow_roles(terms: GovernanceSettings, known: frozenset[str]) -> Iterator[Mistake]:
    """Roles of the process in which nobody can act: Airflow's auth manager has none of those asked for."""
    for role, wanted in terms.airflow_roles.items():
        if wanted and known.isdisjoint(wanted):
            yield (
                ("airflow_roles", role.value),
                f"Airflow's auth manager has no role {' or '.join(map(repr, wanted))}, so that nobody can "
                f"act as {role.value}: write one of those that it has ({', '.join(sorted(known))})",
            )


def _spaces(user: str) -> str:
    return f"{user!r} begins or ends with a space, and is nobody's user name: write {user.strip()!r}"
