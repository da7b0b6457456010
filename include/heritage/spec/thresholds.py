"""The figures that the checks go by: versioned data under `datasets/_vocabularies`, not constants in code."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from heritage.model.digest import digest_json
from heritage.spec.closed import Closed
from heritage.spec.yaml_model import read_model

Share = Annotated[float, Field(ge=0, le=1)]
Metres = Annotated[float, Field(gt=0)]


class PlaceRules(Closed):
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


class SnapshotRules(Closed):
    """When a snapshot as a whole is asked about or stopped (domain rules, 2)."""

    rejected_ask: Share
    rejected_stop: Share
    swapped_stop: Share
    vanished_ask: Share
    fill_drop_ask: Share
    moved_m: Metres
    moved_ask: Share


class CentreRules(Closed):
    """When a point is taken for the centre of a municipality."""

    shared: Annotated[int, Field(ge=2)]
    """So many records of one municipality on a point."""
    least_points: Annotated[int, Field(ge=3)]
    """Points of a municipality from which on their middle says something."""
    near_m: Metres
    exact_m: Metres


class DuplicateRules(Closed):
    """When two records of a register are taken for one site."""

    near_m: Metres
    similar: Annotated[float, Field(ge=0, le=100)]
    common: Annotated[int, Field(ge=1)]
    """A name that more records have than this tells no site from another."""


class CutRules(Closed):
    """When names were cut at the width of a column."""

    least_length: Annotated[int, Field(ge=2)]
    least_names: Annotated[int, Field(ge=2)]
    times_the_usual: Annotated[float, Field(gt=1)]
    """Beside the mean of the shorter lengths next to the greatest."""
    beside: Annotated[int, Field(ge=1)]
    """How many shorter lengths that mean is taken of."""


class RecordRules(Closed):
    """What is doubted about single records; the suites of expectations refer to these by name."""

    centre: CentreRules
    duplicate: DuplicateRules
    cut: CutRules
    scripts: Annotated[list[str], Field(min_length=2)]
    """Unicode names of scripts whose letters are taken for each other."""


class Thresholds(Closed):
    version: str
    places: PlaceRules
    records: RecordRules
    snapshot: SnapshotRules

    def digest(self) -> str:
        """An input of every step that goes by these figures."""
        return digest_json(self.model_dump(mode="json"))


def load_thresholds(path: Path) -> Thresholds:
    """The figures in force. Raises SpecError naming the file and the key."""
    return read_model(path, Thresholds)
