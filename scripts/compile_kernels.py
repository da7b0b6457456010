"""Compiles the loops of reconcile, which takes a minute, by bringing two bundled registers to decisions.

They stay compiled beside their modules (see `heritage.reconcile.jit`) for every process that comes after.
"""

import logging
import os
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

from installation import decide

if __name__ == "__main__":
    logging.disable()
    for name in [name for name in os.environ if name.startswith("HERITAGE_")]:
        del os.environ[name]  # nothing of the caller's installation is read
    with tempfile.TemporaryDirectory() as folder:
        decide(Path(folder))
