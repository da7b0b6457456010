"""Several files as one."""

import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

from heritage.adapters.reports.as_json import write_whole
from heritage.errors import HeritageError


def refuse_unwritable(output: Path) -> None:
    """Raises HeritageError where no file can be written: before anything is done that it is to tell."""
    if output.is_dir():
        raise HeritageError(f"{output} is a folder: give the name of a file in it")
    if not output.parent.is_dir():
        raise HeritageError(f"there is no folder {output.parent} for {output.name}")
    if not os.access(output.parent, os.W_OK) or (output.exists() and not os.access(output, os.W_OK)):
        raise HeritageError(f"{output} may not be written: change its rights, or give another name")


def write_zip(output: Path, files: Mapping[str, str]) -> None:
    """Writes a zip file that is the same whenever its files are; whole, or not at all."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, text, zipfile.ZIP_DEFLATED)
    write_whole(output, packed.getvalue())
