"""The terms that hold in a round, whatever is changed in the file meanwhile."""

from functools import lru_cache

from heritage.governance.settings import GovernanceSettings
from heritage.model.governance import Round


def as_text(settings: GovernanceSettings) -> str:
    """The terms as a round keeps them (JSON)."""
    return settings.model_dump_json(by_alias=True)


def terms_of(round_: Round, now: GovernanceSettings) -> GovernanceSettings:
    """The terms that a round was opened with; those of `now` where it is from before they were kept."""
    return read_terms(round_.terms) if round_.terms else now


@lru_cache(maxsize=32)
def read_terms(text: str) -> GovernanceSettings:
    """What `as_text` wrote."""
    return GovernanceSettings.model_validate_json(text)
