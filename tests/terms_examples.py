"""Terms of reference for tests: the bundled ones, with members who sit for ever."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from heritage.governance.settings import GovernanceSettings

FILE = Path(__file__).parents[1] / "datasets" / "_vocabularies" / "governance.yaml"
EVER = {"from": "2020-01-01", "until": "2099-12-31"}


def terms_with(members: Iterable[str], **changed: Any) -> dict[str, Any]:
    """The content of the file; a round opens at once."""
    seats = [{"user": name, **EVER} for name in members]
    bundled = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return bundled | {"version": "tests", "members": seats, "open_after_days": 0} | changed


def terms_of(members: Iterable[str], **changed: Any) -> GovernanceSettings:
    """The same, read."""
    return GovernanceSettings.model_validate(terms_with(members, **changed))
