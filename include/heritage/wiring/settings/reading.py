"""Where variables are read from besides the environment, and what is wrong with one in a sentence."""

import os
from pathlib import Path
from typing import Any

from heritage.errors import SpecError
from heritage.model.masking import masked


def secrets_folder() -> str | None:
    """The folder of secrets, where one is named. Without it, or with a file of it that says nothing, we would
    go on with another database."""
    named = os.environ.get("HERITAGE_SECRETS")
    if named and not (Path(named).is_dir() and os.access(named, os.R_OK | os.X_OK)):
        raise SpecError(f"HERITAGE_SECRETS is {named!r}: there is no such folder, or it cannot be read")
    for file in sorted(Path(named).glob("heritage_*")) if named else ():
        if not (file.is_file() and os.access(file, os.R_OK) and file.read_text().strip()):
            raise SpecError(
                f"{file} is empty, or no file that can be read: write into it what the setting says"
            )
    return named or None


_WRITE = {
    "int_parsing": "write a whole number, as 4",
    "int_from_float": "write a whole number, as 4",
    "float_parsing": "write a number, as 2.5",
    "finite_number": "write a number, as 2.5",
    "greater_than": "write a number above {gt:g}",
    "greater_than_equal": "write a number of {ge:g} or more",
    "less_than_equal": "write a number of {le:g} or less",
    "bool_parsing": "write true or false",
}


def sentence(fault: Any) -> str:
    """A fault of a variable: its name, what it says, what to write."""
    told = fault["msg"].removeprefix("Value error, ")
    if fault["type"] in _WRITE:
        told = _WRITE[fault["type"]].format(**fault.get("ctx", {}))
    return f"HERITAGE_{str(fault['loc'][0]).upper()} is {masked(str(fault['input']))!r}: {told}"
