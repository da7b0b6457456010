"""Letters: the archive of what owners wrote, and the letter that asks them."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import jinja2

from heritage.adapters.places import open_place
from heritage.adapters.whole_file import whole_file
from heritage.errors import GovernanceError

FOLDER = "_permissions"
"""Beside the folders of the datasets; no id of a dataset begins with `_`."""
_LARGEST = 50 * 1024 * 1024


class FileLetters:
    """Port LetterArchive, in the store of the snapshots."""

    def __init__(self, url: str) -> None:
        self._fs, root = open_place(url)
        self._root = f"{root.rstrip('/')}/{FOLDER}"

    def keep(self, letter: Path) -> str:
        """Keeps a file as `<sha256><its suffix>`."""
        if letter.stat().st_size > _LARGEST:
            raise GovernanceError(f"{letter}: a letter of more than 50 MB; give the letter alone")
        content = letter.read_bytes()
        if not content:
            raise GovernanceError(f"{letter}: the file is empty; give the letter that the owner sent")
        name = hashlib.sha256(content).hexdigest()
        if not self.holds(name):
            suffix = re.sub(r"[^a-z0-9.]", "", letter.suffix.lower())[:10]
            with whole_file(self._fs, f"{self._root}/{name}{suffix}") as file:
                file.write(content)
        return name

    def holds(self, sha256: str) -> bool:
        """True when a file of that name has bytes of that digest."""
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            return False
        found = self._fs.glob(f"{self._root}/{sha256}*")
        return any(hashlib.sha256(self._fs.cat_file(path)).hexdigest() == sha256 for path in found)


def letter(template: Path, words: Mapping[str, object]) -> str:
    """A letter from a template and the words to be filled in, as plain text."""
    environment = jinja2.Environment(  # plain text: nothing in it is markup
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701
    )
    return environment.from_string(template.read_text(encoding="utf-8")).render(words)
