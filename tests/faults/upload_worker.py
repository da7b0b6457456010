"""An upload in a process of its own that kills itself before or after a call of journal or wiki."""

import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from conftest import TO_SEND, FakeTime, batch_of, wiki_at
from heritage.adapters.database.engine import connect
from heritage.adapters.database.journal import SqlJournal
from heritage.adapters.database.pace import SqlPace
from heritage.steps.upload import upload
from heritage.steps.upload_limits import UploadLimits


class Mortal:
    """Passes calls on, and dies `before` or `after` the first one of a name."""

    def __init__(self, inner: Any, dies: str) -> None:
        self._inner = inner
        self._when, _, self._name = dies.partition(" ")

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)

        def call(*args: Any, **named: Any) -> Any:
            if (self._when, self._name) == ("before", name):
                os.kill(os.getpid(), signal.SIGKILL)
            result = method(*args, **named)
            if (self._when, self._name) == ("after", name):
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return call


def main(api_url: str, database: str, dies: str) -> None:
    time, rushes = FakeTime(), dies.endswith("_together")
    paced = SqlPace(connect(database), "sandbox", 60, time)
    result = upload(
        batch_of(*TO_SEND),
        journal=Mortal(SqlJournal(connect(database)), dies),
        writer=Mortal(wiki_at(api_url, timeout=20), dies),
        clock=time,
        wait=time.wait,
        limits=UploadLimits(careful=0 if rushes else 10),
        permitted=lambda: None,
        pace=SimpleNamespace(slot=time.now) if rushes else paced,
    )
    sys.stdout.write(json.dumps(asdict(result)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3])
