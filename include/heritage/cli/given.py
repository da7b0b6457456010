"""What every command is given by the program that it belongs to."""

from collections.abc import Callable
from contextlib import AbstractContextManager

Sentences = Callable[[], AbstractContextManager[None]]
"""Turns what goes wrong inside into one sentence and an exit code."""
Bar = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
"""Shows how far something long has come: given its name, it gives what to call with done and all."""
