"""The terms of reference that the settings name."""

from pathlib import Path

from heritage.errors import SpecError
from heritage.governance.mistakes import mistakes, unknown_airflow_roles
from heritage.governance.settings import GovernanceSettings
from heritage.spec.faults import place
from heritage.spec.yaml_model import read_model
from heritage.wiring.settings import Settings


def governance_settings(settings: Settings) -> GovernanceSettings:
    """The terms of reference in force. Raises SpecError naming the file, the line and what is wrong."""
    path = _file(settings)
    terms = read_model(path, GovernanceSettings)
    if found := "; ".join(f"{place(path, keys)}: {told}" for keys, told in mistakes(terms)):
        raise SpecError(f"{path.name}: {found}")
    return terms


def nobody_can_act(settings: Settings, airflow_roles: frozenset[str]) -> list[str]:
    """A sentence for each role of the process that nobody can act in, where Airflow has these roles alone."""
    path, terms = _file(settings), governance_settings(settings)
    found = unknown_airflow_roles(terms, airflow_roles)
    return [f"{path.name}: {place(path, keys)}: {told}." for keys, told in found]


def _file(settings: Settings) -> Path:
    return settings.governance or settings.vocabularies / "governance.yaml"
