"""A description and records as the disclosure gate gives them."""

from datetime import date
from typing import Any

import pytest

from heritage.model.tables import RECORDS
from heritage.spec.dataset import DatasetSpec

RETRIEVED = date(2026, 11, 20)


@pytest.fixture(scope="session")
def spec() -> DatasetSpec:
    return DatasetSpec.model_validate(
        {
            "id": "xx_towers",
            "title": "Towers of Exampleland",
            "publisher": {"name": "Tower Board"},
            "kind": "monument",
            "maintainers": ["ada"],
            "sample": "synthetic",
            "licence": {"id": "CC0-1.0", "evidence": "https://towers.example/licence"},
            "harvest": {"protocol": "csv", "url": "https://towers.example/towers.csv"},
            "record": {"id": "ID", "name": {"en": "Name"}},
            "item": {
                "identifier": "P1216",
                "register_item": "Q500",
                "description": {"en": "listed tower", "zh-Hant": "塔"},
            },
            "checks": {"rows": [1, 10]},
        }
    )


@pytest.fixture(scope="session")
def record():
    """Makes a row of RECORDS; what is not named is null."""

    def make(**columns: Any) -> dict[str, Any]:
        row = dict.fromkeys(RECORDS.names)
        row |= {
            "dataset": "xx_towers",
            "record_id": "0001/A",
            "kind": "monument",
            "names": [{"lang": "en", "text": "North Tower"}],
        }
        return row | columns

    return make
