"""Reads the descriptions. One bad file is an error in the answer, never an exception: the others go on."""

import csv
import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from heritage.spec.dataset import DatasetSpec
from heritage.spec.harvest import PROTOCOLS
from heritage.spec.layer import LayerSpec
from heritage.spec.source import SourceSpec
from heritage.spec.yaml_text import line_of, read_yaml

LOOKUPS = ("classes", "designation", "admin", "countries")
"""Keys of `item` whose terms may stand in a table beside the description."""
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
    """All registers below `root` (`<country>/<id>/<id>.yaml`), sorted by id; no id comes twice."""
    paths = (path for path in root.glob("*/*/*.yaml") if path.parts[-3] != LAYERS)
    return _load_all(paths, load_spec, root)


def load_layers(root: Path) -> tuple[list[LoadedLayer], list[SpecFailure]]:
    """All layers below `root` (`_layers/<id>/<id>.yaml`), sorted by id; no id comes twice."""
    return _load_all(root.glob(f"{LAYERS}/*/*.yaml"), load_layer, root)


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


def _load_all(
    paths: Iterable[Path], load: Callable[[Path], L | SpecFailure], root: Path
) -> tuple[list[L], list[SpecFailure]]:
    sources: list[L] = []
    failures: list[SpecFailure] = []
    for path in sorted(paths):
        if path.stem != path.parent.name:
            continue  # lookups and vocabularies are not descriptions
        loaded = load(path)
        if isinstance(loaded, SpecFailure):
            failures.append(loaded)
        else:
            sources.append(loaded)
    times = Counter(loaded.spec.id for loaded in sources)
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
    try:
        _read_lookups(content.get("item"), path.parent)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        return SpecFailure(path.stem, path, (str(error),))
    try:
        spec = model.model_validate(content)
    except ValidationError as error:
        return SpecFailure(path.stem, path, tuple(_explain(error, path, model)))
    if spec.id != path.stem:
        return SpecFailure(path.stem, path, (f"id: {spec.id!r} must be the name of the file, {path.stem!r}",))
    return spec


def lookup_tables(path: Path) -> dict[str, str]:
    """The tables that a valid description names: where it maps their terms to their file's name."""
    item = read_yaml(path).get("item") or {}
    return {
        key: item[key] for key in LOOKUPS if isinstance(item.get(key), str) and item[key].endswith(".csv")
    }


class Table(NamedTuple):
    """A lookup table: its header, and its terms with their items, empty where nobody has mapped one."""

    columns: list[str]
    items: dict[str, str]


def read_table(path: Path) -> Table:
    """The table in a file. Raises OSError, and ValueError with the line of what is wrong."""
    items: dict[str, str] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:  # spreadsheets begin UTF-8 with its mark
        reader = csv.DictReader(file)
        try:
            columns = list(reader.fieldnames or ())
            if not {"term", "item", "mapped_by"} <= set(columns):
                found = ", ".join(map(repr, columns)) or "none"
                raise ValueError(
                    f"{path.name} needs the columns term, item and mapped_by, with commas between them; "
                    f"it has {found}"
                )
            for row in reader:
                where = f"{path.name}, line {reader.line_num}"
                if None in row or None in row.values():
                    raise ValueError(f"{where}: it has more or fewer cells than the header")
                if row["term"] in items:
                    raise ValueError(f"{where}: the term {row['term']!r} stands there a second time")
                items[row["term"]] = row["item"]
        except csv.Error as error:
            raise ValueError(f"{path.name}, line {reader.line_num}: {error}") from None
    return Table(columns, items)


def _read_lookups(item: Any, folder: Path) -> None:
    """Puts the content of a lookup table (`admin: districts.csv`) in its place."""
    if not isinstance(item, dict):
        return
    for key in LOOKUPS:
        name = item.get(key)
        if not isinstance(name, str) or not name.endswith(".csv"):
            continue
        if Path(name).name != name:
            raise ValueError(f"item.{key}: {name!r} must lie beside the description")
        try:
            item[key] = {term: qid for term, qid in read_table(folder / name).items.items() if qid}
        except ValueError as error:
            raise ValueError(f"item.{key}: {error}") from None


def _explain(error: ValidationError, path: Path, model: type[SourceSpec]) -> Iterator[str]:
    for fault in error.errors(include_url=False):
        loc = _without_protocol(fault["loc"])
        line = line_of(path, loc)
        where = (f"line {line}, " if line else "") + (".".join(str(part) for part in loc) or "description")
        if fault["type"] == "extra_forbidden":
            known = _keys_at(fault["loc"][:-1], model)
            near = difflib.get_close_matches(str(loc[-1]), known, n=1)
            yield f"{where}: unknown key" + (
                f", did you mean {near[0]!r}?" if near else f"; known here: {', '.join(known)}"
            )
        else:
            yield f"{where}: {fault['msg'].removeprefix('Value error, ')}"


def _without_protocol(loc: tuple[Any, ...]) -> tuple[Any, ...]:
    """Where a person looks: the protocol chooses the model of `harvest`, it is no key on the way."""
    return (loc[0], *loc[2:]) if loc[:1] == ("harvest",) and len(loc) > 1 else loc


def _keys_at(loc: tuple[Any, ...], of: type[SourceSpec]) -> list[str]:
    model: type[BaseModel] = of
    for part in loc:
        if model is of and part == "harvest" and len(loc) > 1:
            return list(PROTOCOLS[loc[1]].model_fields)
        field = model.model_fields.get(str(part))
        inner = _model_in(field.annotation) if field else None
        if inner is None:
            break
        model = inner
    return [f.alias or name for name, f in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument)
        if found:
            return found
    return None
