"""The terms of reference that the settings name."""

from heritage.governance.settings import GovernanceSettings
from heritage.spec.yaml_model import read_model
from heritage.wiring.settings import Settings


def governance_settings(settings: Settings) -> GovernanceSettings:
    """The terms of reference in force."""
    path = settings.governance or settings.vocabularies / "governance.yaml"
    return read_model(path, GovernanceSettings)
