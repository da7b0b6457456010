"""Every parser against input that nobody thought of: `python -m fuzz.run` (see fuzz/README.md)."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))  # its publishers and examples
