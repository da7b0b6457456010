"""Reads the descriptions. One bad file is an error in the answer, never an exception: the others go on."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from heritage.spec.dataset import DatasetSpec
from heritage.spec.faults import faults
from heritage.spec.layer import LayerSpec
from heritage.spec.lookups import fill_in
from heritage.spec.source import DATASET_ID, SourceSpec
from heritage.spec.yaml_text import read_yaml

LAYERS = "_layers"
"""The folder of the layers, beside those of the countries."""


@dataclass(frozen=True)
class LoadedSource:
    """A valid description and the folder it stands in (samples, lookups and adapter are beside it)."""

    spec: SourceSpec
    path: Path

    @property
    def folder(self) -> Path:
        return self.path.parent


@dataclass(frozen=True)
class LoadedSpec(LoadedSource):
    """The description of a register."""

    spec: DatasetSpec


@dataclass(frozen=True)
class LoadedLayer(LoadedSource):
    """The description of a layer."""

    spec: LayerSpec


@dataclass(frozen=True, slots=True)
class SpecFailure:
    """A description that could not be used, with everything that is wrong in it."""

    dataset: str
    path: Path
    messages: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.path.name}: " + "; ".join(self.messages)


def load_specs(root: Path) -> tuple[list[LoadedSpec], list[SpecFailure]]:
    """All registers below `root` (`<country>/<id>/<id>.yaml`), sorted by id; no id comes twice, not as a
    layer's either: its snapshots would lie in the same folder."""
    registers, layers = _paths(root)
    return _load_all(registers, load_spec, root, layers)


def find_spec(root: Path, dataset: str) -> LoadedSpec | None:
    """The register with this id, without reading the others; None when there is none, or more than one."""
    if not re.fullmatch(DATASET_ID, dataset):
        return None
    registers, layers = _split(root.glob(f"*/{dataset}/{dataset}.yaml"))
    found = load_spec(registers[0]) if len(registers) == 1 and not layers else None
    return found if isinstance(found, LoadedSpec) and found.spec.id == dataset else None


def load_layers(root: Path) -> tuple[list[LoadedLayer], list[SpecFailure]]:
    """All layers below `root` (`_layers/<id>/<id>.yaml`), sorted by id; no id comes twice, not as a
    register's either."""
    registers, layers = _paths(root)
    return _load_all(layers, load_layer, root, registers)


def load_spec(path: Path) -> LoadedSpec | SpecFailure:
    """One description of a register, or all that is wrong with it."""
    found = _load(path, DatasetSpec)
    return found if isinstance(found, SpecFailure) else LoadedSpec(found, path)


def load_layer(path: Path) -> LoadedLayer | SpecFailure:
    """One description of a layer, or all that is wrong with it."""
    found = _load(path, LayerSpec)
    return found if isinstance(found, SpecFailure) else LoadedLayer(found, path)


L = TypeVar("L", bound=LoadedSource)
S = TypeVar("S", bound=SourceSpec)


def _paths(root: Path) -> tuple[list[Path], list[Path]]:
    """The descriptions of registers and those of layers. Lookups and vocabularies have other names than their
    folders."""
    return _split(path for path in sorted(root.glob("*/*/*.yaml")) if path.stem == path.parent.name)


def _split(found: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    paths = list(found)
    layers = [path for path in paths if path.parts[-3] == LAYERS]
    return [path for path in paths if path.parts[-3] != LAYERS], layers


def _load_all(
    paths: Iterable[Path], load: Callable[[Path], L | SpecFailure], root: Path, others: Iterable[Path]
) -> tuple[list[L], list[SpecFailure]]:
    sources: list[L] = []
    failures: list[SpecFailure] = []
    for path in paths:
        loaded = load(path)
        if isinstance(loaded, SpecFailure):
            failures.append(loaded)
        else:
            sources.append(loaded)
    times = Counter([*(loaded.spec.id for loaded in sources), *(path.stem for path in others)])
    for loaded in [one for one in sources if times[one.spec.id] > 1]:
        where = loaded.folder.relative_to(root)
        message = f"id: {loaded.spec.id!r} is described {times[loaded.spec.id]} times, once in {where}"
        failures.append(SpecFailure(loaded.spec.id, loaded.path, (message,)))
    return sorted((one for one in sources if times[one.spec.id] == 1), key=lambda s: s.spec.id), failures


def _load(path: Path, model: type[S]) -> S | SpecFailure:
    try:
        content = read_yaml(path)
    except OSError as error:
        return SpecFailure(path.stem, path, (f"{error.strerror or error}: {path}",))
    except ValueError as error:
        return SpecFailure(path.stem, path, (str(error),))
    if not isinstance(content, dict):
        return SpecFailure(path.stem, path, ("a description is a mapping of keys to values",))
    if wrong := fill_in(content.get("item"), path):
        return SpecFailure(path.stem, path, tuple(wrong))
    try:
        spec = model.model_validate(content)
    except ValidationError as error:
        return SpecFailure(path.stem, path, tuple(faults(error, path, model)))
    if spec.id != path.stem:
        return SpecFailure(path.stem, path, (f"id: {spec.id!r} must be the name of the file, {path.stem!r}",))
    return spec
