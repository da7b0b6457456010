"""A new way out cannot be forgotten: whoever reads what is kept of records has a gate, or is known to tell
nobody."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

KEPT = {"records", "risk", "evidence", "history", "tasks", "changes", "matches", "rejected", "protected"}
"""Tables that say more than may leave the house. `edits` and `conflicts` were made behind the gate."""
GATES = {"heritage.disclosure.gate", "heritage.disclosure.evidence_gate"}
INSIDE = {
    "steps/approve.py": "asks about counts",
    "steps/assess.py": "weighs evidence for `risk`",
    "steps/catalogue.py": "counts record ids",
    "steps/check.py": "writes issues, whose sentences hold no figures of places, and counts",
    "steps/claims.py": "compares classes, by which the gate is asked once more",
    "steps/disclose.py": "makes the rulings themselves",
    "steps/ethics_counts.py": "counts by group, and few sites that are not shown exactly under no group",
    "steps/evidence.py": "writes the table `evidence`",
    "steps/features.py": "reads layers of danger, which are no records",
    "steps/govern_emergency.py": "counts",
    "steps/layer_checks.py": "likewise",
    "steps/figures.py": "counts",
    "steps/flag.py": "writes the tables that the gate goes by",
    "steps/flag_register.py": "writes the table `evidence`",
    "steps/gather.py": "gathers evidence for the table `evidence`",
    "steps/impact.py": "counts",
    "steps/map.py": "writes the records, and issues without figures of places",
    "steps/overlay.py": "writes the table of an overlay",
    "steps/own_evidence.py": "reads evidence for the table `evidence`",
    "steps/rank_facts.py": "counts and shares",
    "steps/partitions.py": "compares parts of a register for `reconcile`",
    "steps/reconcile.py": "writes the matches",
    "steps/review_annotations.py": "keeps ids of records that may be told, and what items say",
    "steps/review_matches.py": "keeps ids of records that may be told, and of their candidates",
    "steps/withhold.py": "enters requests; its ballot names rules and classes only",
    "adapters/asked_files.py": "raises rulings, and is a store",
    "wiring/reviews.py": "makes a digest of a record",
    "steps/rulings.py": "reads rulings for those who hand records to the gate",
}
"""Modules that read such tables and tell nobody what is in them. Read the module before you add one: what it
logs, raises and returns must hold counts only. Whatever else tells of records takes them from the gate, and
stands in tests/exits/ways_out.py."""
LICENCE_GATE = "heritage.licence.leaving"
NOT_PUBLISHED = {
    "steps/ethics_counts.py": "counts by group",
    "steps/drill.py": "pages for people who are logged in",
    "steps/feedback.py": "for the owner of the register alone: of it ids are repeated, else Wikidata's CC0",
    "steps/explain.py": "pages for people who are logged in, and a command of the installation's own",
    "steps/overview.py": "a page for people who are logged in",
    "steps/plan_upload.py": "asks the licence gate towards Wikidata for each kind of edit",
    "steps/preview.py": "a maintainer's own look at a pull, on the maintainer's own machine",
    "steps/proposed_edit.py": "makes the edits that propose keeps",
    "steps/register_says.py": "compares with what we said; revisit tells of which properties only",
    "steps/propose.py": "keeps edits in the store; the upload asks the licence gate for each kind",
    "steps/review_dangers.py": "asks people who are logged in",
    "steps/review_found.py": "words annotations of records that review_export lets out",
    "steps/report_examples.py": "shows edits of records that the report lets out",
    "steps/report_parts.py": "cuts records for the report, which hands over those only that are let out",
    "steps/risk_list.py": "pages for people who are logged in",
    "steps/risk_site.py": "pages for people who are logged in",
    "steps/risk_sites.py": "reads for these pages, and for the report, which asks the licence gate",
}
"""Modules that take records from the gate of disclosure and give them to nobody beyond this installation, or
under another gate of the licence. Whatever publishes takes them from `let_out`, and says in ways_out.py that
it leads outside."""
TOWARDS_OTHERS = re.compile(
    r"Target\.(?:COMMONS|EUROPEANA)|(?:commons|upload)\.wikimedia\.org/w|api\.europeana\.eu", re.IGNORECASE
)
KNOWS_OTHERS = {
    "licence/ending.py": "tells when a permission towards them ends",
    "licence/gate.py": "answers",
    "licence/leaving.py": "is the gate",
    "licence/permission.py": "names them",
    "statements/images.py": "reads names of files out of addresses",
    "steps/rank_questions.py": "puts the question into words",
    "cli/review_export.py": "names them; what it writes review_export takes from `let_out`",
    "wiring/review_exports.py": "likewise",
}


@cache
def _reads(tree: ast.AST) -> set[str]:
    """Names of tables that are read; "?" for one that is chosen when the program runs."""
    found = set()
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr != "read_table":
            continue
        if any(isinstance(one, ast.Starred) for one in node.args) or any(
            k.arg is None for k in node.keywords
        ):
            found.add("?")
        given = [*node.args[2:3], *(keyword.value for keyword in node.keywords if keyword.arg == "name")]
        for name in given:
            found.add(name.value if isinstance(name, ast.Constant) else "?")
    return found


@cache
def _modules(repository: Path) -> list[tuple[str, ast.Module]]:
    package = repository / "include" / "heritage"
    return [
        (path.relative_to(package).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(package.rglob("*.py"))
    ]


@cache
def _imports(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_whoever_reads_what_is_kept_of_records_has_a_gate_or_tells_nobody(repository: Path) -> None:
    ungated = [
        f"{name} reads {', '.join(sorted(told))}"
        for name, tree in _modules(repository)
        if (told := _reads(tree) & {*KEPT, "?"}) and name not in INSIDE and not _imports(tree) & GATES
    ]
    assert not ungated, (
        f"{'; '.join(ungated)}: take the records from heritage.disclosure.gate and add the exit to "
        "tests/exits/ways_out.py, or, if the module tells nobody, say so in INSIDE"
    )


def test_modules_with_a_gate_are_ways_out_that_the_tests_of_exits_take(repository: Path) -> None:
    """The registry names the module itself, or takes what it makes."""
    registry = (repository / "tests" / "exits" / "ways_out.py").read_text(encoding="utf-8")
    known = {
        "steps/plan_upload.py": "sends edits that were made behind the gate, and asks it again",
        "steps/proposed_edit.py": "makes the edits that propose hands over",
        "steps/report_examples.py": "shows edits that were made behind the gate, and asks it again",
    }
    missing = [
        name
        for name, tree in _modules(repository)
        if _imports(tree) & GATES
        and name not in known
        and not name.startswith("disclosure/")
        and f"heritage.{name.removesuffix('.py').replace('/', '.')}" not in registry
    ]
    assert not missing, f"{', '.join(missing)}: add what they tell to tests/exits/ways_out.py"


def test_whoever_publishes_records_asks_the_licence_gate(repository: Path) -> None:
    silent = [
        name
        for name, tree in _modules(repository)
        if _imports(tree) & GATES
        and LICENCE_GATE not in _imports(tree)
        and name not in NOT_PUBLISHED
        and not name.startswith("disclosure/")
    ]
    assert not silent, (
        f"{', '.join(silent)}: let the records out through {LICENCE_GATE}.let_out, or say in NOT_PUBLISHED "
        "why they stay inside"
    )


def test_no_way_to_commons_or_europeana_goes_round_the_licence_gate(repository: Path) -> None:
    """What is sent is taken from `let_out`."""
    package = repository / "include" / "heritage"
    leading = {
        path.relative_to(package).as_posix(): ast.parse(text)
        for path in sorted(package.rglob("*.py"))
        if TOWARDS_OTHERS.search(text := path.read_text(encoding="utf-8"))
    }
    assert set(KNOWS_OTHERS) - set(leading) <= {"licence/permission.py"}
    past = [n for n, tree in leading.items() if n not in KNOWS_OTHERS and LICENCE_GATE not in _imports(tree)]
    assert not past, f"{', '.join(past)}: take what is sent from {LICENCE_GATE}.let_out"


def test_exits_that_publish_records_stand_in_the_registry_with_their_licence_gates(repository: Path) -> None:
    registry = (repository / "tests" / "exits" / "ways_out.py").read_text(encoding="utf-8")
    missing = [
        name
        for name, tree in _modules(repository)
        if {f"{LICENCE_GATE}.let_out", f"{LICENCE_GATE}.let_quote"} & _imports(tree)
        and f"heritage.{name.removesuffix('.py').replace('/', '.')}" not in registry
    ]
    assert not missing, f"{', '.join(missing)}: add what they publish to tests/exits/ways_out.py"


@pytest.mark.parametrize("folder", ["web", "cli", "orchestration"])
def test_faces_read_no_tables_themselves(repository: Path, folder: str) -> None:
    reading = [name for name, tree in _modules(repository) if name.startswith(f"{folder}/") and _reads(tree)]
    assert not reading
