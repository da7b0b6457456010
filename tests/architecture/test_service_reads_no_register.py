"""The reconciliation service tells the index of items and nothing else: it cannot reach a register."""

import ast
from pathlib import Path

PARTS = (
    "steps/recon_*.py",
    "web/recon/*.py",
    "wiring/reconciliation.py",
    "ports/reconciliation.py",
    "cli/serve.py",
)
CLOSED = (
    "heritage.wiring.stores",
    "heritage.ports.files",
    "heritage.adapters.files",
    "heritage.adapters.asked_files",
)


def test_the_service_reads_no_register(repository: Path) -> None:
    package = repository / "include" / "heritage"
    modules = [path for part in PARTS for path in package.glob(part)]
    assert len(modules) >= 12
    reaching = [
        f"{path.relative_to(package)} imports {node.module}"
        for path in modules
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module in CLOSED
    ]
    reaching += [
        f"{path.relative_to(package)} calls {node.attr}"
        for path in modules
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("read_table", "read_json", "read_page", "last_good")
    ]
    assert not reaching
