"""What is written beside descriptions, expectations and rules; and files of ours that others read."""

import csv
import io
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from pydantic import BaseModel, ValidationError

from fuzz.bending import bent, bent_bytes, whole
from fuzz.descriptions import ROOT, VOCABULARIES, content_of, written
from fuzz.expected import MEMORY, Target, described, file_of, refusing
from heritage.adapters.exports.edits_csv import edits_csv
from heritage.adapters.exports.openrefine import Wikibase, openrefine
from heritage.adapters.exports.quickstatements import quickstatements
from heritage.adapters.reconcile_settings import load_settings
from heritage.adapters.suites import digest, fill_in, read_suites, with_own
from heritage.disclosure.rules import DisclosureRules
from heritage.errors import HeritageError, SpecError
from heritage.governance.helpdesk import HelpdeskSettings
from heritage.model.edit import Content, Kind, MonolingualValue, Snak, Statement, TextValue
from heritage.ports.exports import FileBatch, FileEdit
from heritage.priority.ethics_rules import EthicsRules
from heritage.priority.settings import PrioritySettings
from heritage.risk.causes import Causes
from heritage.risk.combine import Combination
from heritage.schedule.settings import ScheduleSettings
from heritage.spec.columns import ColumnWords, UsualCrs
from heritage.spec.constraints import ListedConstraints
from heritage.spec.health_rules import HealthRules
from heritage.spec.properties import IdentifierFormats
from heritage.spec.revisits import RevisitRules
from heritage.spec.wlm import Lists
from heritage.spec.yaml_model import read_model
from heritage.wiring.new_source import new_source as drafted
from heritage.wiring.settings import Settings

RULES: tuple[tuple[type[BaseModel], str], ...] = (
    (HealthRules, "health"),
    (RevisitRules, "revisits"),
    (IdentifierFormats, "properties"),
    (UsualCrs, "crs"),
    (ColumnWords, "columns"),
    (Lists, "wlm"),
    (HelpdeskSettings, "helpdesk"),
    (PrioritySettings, "priority"),
    (EthicsRules, "ethics"),
    (DisclosureRules, "disclosure"),
    (ListedConstraints, "constraints/wikidata"),
    (ScheduleSettings, "schedule/calendar"),
    (Causes, "risk/causes"),
    (Combination, "risk/combination"),
)
SUITES = ROOT / "expectations"
KINDS = ("monument", "site", "natural", "glam")
LEARNT = ("settings.yaml", "words.yaml", "unsupervised.yaml", "model.json")


def rules(data: bytes) -> None:
    """Rules of the installation; the first byte chooses which."""
    model, name = RULES[data[0] % len(RULES)] if data else RULES[0]
    path = VOCABULARIES / f"{name}.yaml"
    with refusing(SpecError), file_of(written(content_of(path), data[1:]), path.name) as file:
        read_model(file, model)


def expectations(data: bytes) -> None:
    """A suite of expectations, and one of a register that takes the place of one in it."""
    kind = KINDS[data[0] % len(KINDS)] if data else KINDS[0]
    theirs, own = [*data[1:].split(b"\x00\x00", 1), b""][:2]
    given = {"type": "expect_column_values_to_be_between", "severity": "stop", "why": "x", "loosens": "y"}
    given |= {
        "kwargs": {"column": "lat", "min_value": -80, "max_value": 80, "mostly": 0.9, "strict_min": True}
    }
    with (
        refusing(SpecError),
        file_of(written(content_of(SUITES / "common.yaml"), theirs), "common.yaml") as file,
    ):
        copyfile(SUITES / f"{kind}.yaml", file.with_name(f"{kind}.yaml"))
        suites = read_suites(file.parent, kind)
        try:
            spec = described(
                {"protocol": "csv", "url": "https://register.example/list.csv"},
                checks={"rows": [0, 1], "expectations": [whole(bent(given, own))]},
            )
        except ValidationError:
            return
        merged = with_own(suites, spec)
        digest(merged)
        for one in merged:
            fill_in(one, {})


def learnt(data: bytes) -> None:
    """The thresholds, words and models of reconciliation; the first byte chooses which is bent."""
    chosen = LEARNT[data[0] % len(LEARNT)] if data else LEARNT[0]
    path = VOCABULARIES / "reconcile" / chosen
    with TemporaryDirectory(prefix="heritage-fuzz-", dir=MEMORY) as folder:
        for name in LEARNT:
            copyfile(VOCABULARIES / "reconcile" / name, Path(folder, name))
        if chosen.endswith(".json"):
            Path(folder, chosen).write_bytes(bent_bytes(path.read_bytes(), data[1:]))
        else:
            Path(folder, chosen).write_bytes(written(content_of(path), data[1:]))
        with refusing(SpecError):
            load_settings(Path(folder))


GOOD: tuple[tuple[str, bytes], ...] = (
    ("list.csv", "nr;namn;lat;lon;ägare\n1;Kyrka;59,3;18,1;A Person\n2;Torn;58;17;\n".encode()),
    ("list.json", b'{"a": [{"nr": 1, "namn": "Kyrka", "lat": 59.3, "lon": 18.1, "owner": "A Person"}]}'),
    (
        "list.geojson",
        b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"id": "1"}, '
        b'"geometry": {"type": "Point", "coordinates": [18.1, 59.3]}}]}',
    ),
    ("list.xml", b"<a><record><id>1</id><name>A</name></record><record><id>2</id></record></a>"),
)
"""What somebody has of a register."""


def new_source(data: bytes) -> None:
    """A file of which a description, a sample and lookup tables are drafted."""
    name, good = GOOD[data[0] % len(GOOD)] if data else GOOD[0]
    content = data[1:] if data[:1] and data[0] > 200 else bent_bytes(good, data[1:])
    with refusing(HeritageError), file_of(content, name) as file:
        datasets = file.parent / "datasets"
        datasets.mkdir()
        (datasets / "_vocabularies").symlink_to(VOCABULARIES)
        drafted(str(file), Settings(datasets=datasets), country="se", dataset="se_churches")


def handed_over(data: bytes) -> None:
    """Edits with any text as files for others: a command is a line, a cell stays one, and none runs."""
    said = data.decode("utf-8", "replace")
    one, two, three, four, five = [*said.split("\x1e", 4), *[said] * 5][:5]
    values = (TextValue(three), MonolingualValue("de", four))
    source = ((Snak("P854", TextValue(five)),),)
    content = Content(
        labels={"en": one},
        descriptions={"en": two},
        aliases={"en": (three, four)},
        statements=tuple(Statement("P1448", value, Kind.NAMES, source) for value in values),
    )
    edit = FileEdit("0" * 16, said[:20], None if data[:1] and data[0] % 2 else "Q42", said, content)
    batch = FileBatch("b", said, "se_demo", (1,), (edit,))
    commands = quickstatements([batch]).files["commands.txt"]
    assert all(
        line.split("\t")[0].split(" ")[0] in ("Q42", "LAST", "CREATE") for line in commands.split("\n")[:-1]
    )
    assert commands.count("/*") == commands.count("*/") == commands.count("\n")
    for text in edits_csv([batch]).files.values():
        first, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        assert all(len(row) == len(first) for row in rows)
    openrefine([batch], wiki=Wikibase())


TARGETS: dict[str, Target] = {
    "yaml_rules": rules,
    "expectations": expectations,
    "reconcile_settings": learnt,
    "new_source": new_source,
    "handed_over": handed_over,
}
