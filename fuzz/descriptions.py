"""What people write in files for us: descriptions in YAML, tables beside them, tables with known answers."""

import json
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from fuzz.bending import bent, whole
from fuzz.expected import Target, file_of, refusing
from heritage.adapters.known_answers import read_known
from heritage.adapters.labelled import BadTable, read_labelled
from heritage.adapters.world import load_world
from heritage.errors import EntryRefused, GovernanceError, SpecError
from heritage.governance.mistakes import mistakes
from heritage.governance.settings import GovernanceSettings
from heritage.licence.vocabulary import Licences
from heritage.mapping.date_words import DateWords
from heritage.review.settings import ReviewSettings
from heritage.risk.scheme import Scheme
from heritage.schedule.capacity import read_capacity
from heritage.spec.campaigns import load_campaign
from heritage.spec.index_rules import IndexRules
from heritage.spec.loader import load_layer, load_spec
from heritage.spec.lookups import fill_in, read_table
from heritage.spec.target import Target as WikiTarget
from heritage.spec.thresholds import Thresholds
from heritage.spec.yaml_model import read_model
from heritage.spec.yaml_text import read_yaml

ROOT = Path(__file__).resolve().parent.parent
DATASETS = ROOT / "datasets"
VOCABULARIES = DATASETS / "_vocabularies"
MODELS: dict[str, tuple[type[BaseModel], Path]] = {
    "governance": (GovernanceSettings, VOCABULARIES / "governance.yaml"),
    "target": (WikiTarget, VOCABULARIES / "targets" / "metabase.yaml"),
    "thresholds": (Thresholds, VOCABULARIES / "thresholds.yaml"),
    "licences": (Licences, VOCABULARIES / "licences.yaml"),
    "dates": (DateWords, VOCABULARIES / "dates.yaml"),
    "index": (IndexRules, VOCABULARIES / "wikidata.yaml"),
    "reviews": (ReviewSettings, VOCABULARIES / "reviews.yaml"),
    "scheme": (Scheme, VOCABULARIES / "risk" / "eamena_threat.yaml"),
}


@cache
def content_of(path: Path) -> Any:
    """What a file says, read once."""
    return yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)


GOOD = {name: content_of(path) for name, (_, path) in MODELS.items()}
SOURCES = {
    "dataset": (load_spec, sorted(DATASETS.glob("[a-z]*/*/*.yaml"))),
    "layer": (load_layer, sorted(DATASETS.glob("_layers/*/*.yaml"))),
    "campaign": (load_campaign, sorted(DATASETS.glob("_demo/campaigns/*.yaml"))),
}
WORLD = load_world(VOCABULARIES)


def written(good: Any, data: bytes) -> bytes:
    """Bytes as they are, or a good document bent by them, as YAML."""
    if data[:1] and data[0] % 2:
        return data[1:]
    content = whole(bent(good, data[1:]))
    try:
        text = yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True)
    except RecursionError:
        text = json.dumps(content)  # which is YAML, too
    return text.encode("utf-8", "surrogatepass")


def description(kind: str, data: bytes) -> None:
    """A file of a folder that is read as a whole: what is wrong is a failure with words, never an error."""
    load, paths = SOURCES[kind]
    path = paths[data[0] // 2 % len(paths)] if data else paths[0]
    good = content_of(path)
    with file_of(written(good, data), path.name) as file:
        str(load(file)).encode("utf-8", "replace")


def vocabulary(kind: str, data: bytes) -> None:
    """A vocabulary, or the terms of reference: SpecError names the file."""
    model, path = MODELS[kind]
    with refusing(SpecError), file_of(written(GOOD[kind], data), path.name) as file:
        found = read_model(file, model)
        if isinstance(found, GovernanceSettings):
            list(mistakes(found))


def text(data: bytes) -> None:
    """YAML as anybody may have written it."""
    with refusing(ValueError), file_of(data, "text.yaml") as file:
        read_yaml(file)


def table(data: bytes) -> None:
    """A lookup table beside a description."""
    head = b"" if data[:1] and data[0] % 2 else b"term,item,mapped_by\n"
    with file_of(head + data[1:], "types.csv") as file:
        with refusing(ValueError):
            read_table(file)
        item = {"classes": "types.csv"}
        (file.parent / "a.yaml").write_text("item:\n  classes: types.csv\n", "utf-8")
        "".join(fill_in(item, file.parent / "a.yaml")).encode("utf-8")


def known(data: bytes) -> None:
    """Tasks of a campaign whose answer is known."""
    head = b"" if data[:1] and data[0] % 2 else b"dataset,record_id,choice\n"
    with refusing(SpecError), file_of(head + data[1:], "known.csv") as file:
        read_known(file)


def labelled(data: bytes) -> None:
    """The three tables of an evaluation, with NUL NUL between them."""
    records, index, truth = [*data.split(b"\x00\x00", 2), b"", b""][:3]
    with refusing(BadTable), file_of(b"id,name,lat,lon\n" + records, "r.csv") as file:
        (file.parent / "i.jsonl").write_bytes(index)
        (file.parent / "t.csv").write_bytes(b"record_id,qid\n" + truth)
        read_labelled(file, file.parent / "i.jsonl", file.parent / "t.csv", WORLD)


def capacity(data: bytes) -> None:
    """What can be done in a week, as people enter it."""
    good = {
        "edits_per_week": 10,
        "hours_per_week": "24",
        "weeks": {"2026-W10": {"edits": 1}},
        "helpdesk": {"open": 2},
    }
    content = bent(good, data)
    with refusing(EntryRefused, GovernanceError):
        read_capacity(content if isinstance(content, dict) else {})


TARGETS: dict[str, Target] = {
    **{f"yaml_{kind}": partial(description, kind) for kind in SOURCES},
    **{f"yaml_{kind}": partial(vocabulary, kind) for kind in MODELS},
    "yaml_text": text,
    "lookup_table": table,
    "known_answers": known,
    "labelled_tables": labelled,
    "capacity": capacity,
}
