"""The files of a folder that stands for a publisher: the sample beside a description, or a copy on disk."""

from pathlib import Path

from heritage.errors import SourceChanged


def files_in(folder: Path) -> list[Path]:
    """The files, sorted by name. Raises SourceChanged for a link that leads out of the folder: whoever
    proposes a description must not choose what else is read on the machine that tries it."""
    paths = sorted(path for path in folder.iterdir() if path.is_file())
    inside = folder.resolve()
    astray = next((path for path in paths if not path.resolve().is_relative_to(inside)), None)
    if astray:
        raise SourceChanged(
            f"{astray} is a link that leads out of its folder: put the file there, or give its own path"
        )
    return paths
