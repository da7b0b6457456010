"""An upload of images in a process of its own that kills itself before or after a call of journal or wiki."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))
from conftest import RealWiki
from media_examples import Shelf, described, send


class Mortal:
    """Passes calls on, and dies `before` or `after` the n-th one of a name: "after 2 stashed"."""

    def __init__(self, inner: Any, dies: str) -> None:
        self._inner = inner
        self._when, count, self._name = dies.split()
        self._left = int(count)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)

        def call(*args: Any, **named: Any) -> Any:
            self._left -= name == self._name
            due = name == self._name and self._left == 0
            if due and self._when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = method(*args, **named)
            if due and self._when == "after":
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return call


def main(api: str, password: str, folder: str, base: str, dies: str) -> None:
    shelf = Shelf(Path(folder), described(base))
    wiki = RealWiki(api, password, Path(folder), {}).open()
    send(shelf, shelf.plan(), Mortal(wiki, dies), Mortal(shelf.journal, dies))


if __name__ == "__main__":
    main(*sys.argv[1:])
