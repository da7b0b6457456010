"""Every parser gives a result or an error that its caller expects: on the inputs that broke one once, on good
ones, and on a few made of them. `python -m fuzz.run` looks for more."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from fuzz.targets import TARGETS

CORPUS = Path(__file__).resolve().parents[2] / "fuzz" / "corpus"
_FEW = 3


def inputs(name: str) -> Iterator[bytes]:
    """What is kept for a target, nothing, and some that are made up, the same at every run."""
    yield b""
    kept = [path.read_bytes() for path in sorted((CORPUS / name).glob("*.bin"))]
    yield from kept
    chance = random.Random(name)
    for _ in range(_FEW):
        made = bytearray(chance.choice(kept) if kept else b"") + chance.randbytes(chance.randrange(24))
        made[chance.randrange(len(made) + 1) : 0] = chance.randbytes(2)
        yield bytes(made)


@pytest.mark.parametrize("name", TARGETS)
def test_a_parser_answers_whatever_comes(name: str) -> None:
    for data in inputs(name):
        TARGETS[name](data)


def test_every_input_that_is_kept_belongs_to_a_target() -> None:
    assert {path.parent.name for path in CORPUS.glob("*/*")} <= TARGETS.keys()
