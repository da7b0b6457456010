"""An upload in a process of its own that kills itself at its n-th call of journal or wiki (0: never)."""

import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from conftest import TO_SEND, FakeTime, batch_of, wiki_at
from heritage.adapters.database.engine import connect
from heritage.adapters.database.journal import SqlJournal
from heritage.steps.upload import UploadLimits, upload


class Mortal:
    """Passes calls on, and dies before the n-th or, when n is odd, after it."""

    calls = 0

    def __init__(self, inner: Any, die_at: int) -> None:
        self._inner, self._die_at = inner, die_at

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)

        def call(*args: Any, **named: Any) -> Any:
            Mortal.calls += 1
            dies = Mortal.calls == self._die_at
            if dies and self._die_at % 2 == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            result = method(*args, **named)
            if dies:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return call


def main(api_url: str, database: str, die_at: int) -> None:
    time = FakeTime()
    result = upload(
        batch_of(*TO_SEND),
        journal=Mortal(SqlJournal(connect(database)), die_at),
        writer=Mortal(wiki_at(api_url, timeout=20), die_at),
        clock=time,
        wait=time.wait,
        limits=UploadLimits(),
        dry_run=False,
    )
    print(json.dumps(asdict(result)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
