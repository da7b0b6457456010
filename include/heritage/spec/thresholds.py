"""The figures that the checks go by: versioned data under `datasets/_vocabularies`, not constants in code."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from heritage.model.digest import digest_json
from heritage.spec.yaml_model import read_model

Share = Annotated[float, Field(ge=0, le=1)]
Metres = Annotated[float, Field(gt=0)]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlaceRules(_Closed):
    """When a point is doubted, and how exactly a notation can be trusted (domain rules, 1)."""

    border_tolerance_m: Metres
    outline_error_m: Metres
    """How far the bundled outlines may lie from the true border."""
    territorial_sea_m: Metres
    shared_min_records: Annotated[int, Field(ge=2)]
    shared_precision_m: Metres
    precision_floor_m: Metres
    """No register knows a place better than this, whatever its number of decimals."""
    dropped_zeros: Annotated[int, Field(ge=0)]
    """How many trailing zeros one of two coordinates may have lost on its way."""


class SnapshotRules(_Closed):
    """When a snapshot as a whole is asked about or stopped (domain rules, 2)."""

    rejected_ask: Share
    rejected_stop: Share
    swapped_stop: Share
    vanished_ask: Share
    fill_drop_ask: Share
    moved_m: Metres
    moved_ask: Share


class Thresholds(_Closed):
    version: str
    places: PlaceRules
    snapshot: SnapshotRules

    def digest(self) -> str:
        """An input of every step that goes by these figures."""
        return digest_json(self.model_dump(mode="json"))


def load_thresholds(path: Path) -> Thresholds:
    """The figures in force. Raises SpecError naming the file and the key."""
    return read_model(path, Thresholds)
