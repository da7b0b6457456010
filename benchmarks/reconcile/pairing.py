"""Deals the things of a made-up country out to both sides: some to both, some to one alone."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, Protocol, TypeVar

from files import Files

Thing = TypeVar("Thing")


class Maker(Protocol[Thing]):
    """One kind of synthetic set."""

    absent: float
    """Of the records that have no item."""

    def settlements(self, rng: Random) -> Iterator[list[Thing]]: ...

    def item(self, thing: Thing, rng: Random, files: Files) -> dict[str, Any]: ...

    def record(self, thing: Thing, rng: Random) -> dict[str, Any]: ...


def write_pair(
    folder: Path, maker: Maker[Any], records: int, items: int, seed: int, identifiers: float
) -> None:
    """Writes exactly so many records and items. Both sides are dealt thing by thing, so that a record without
    an item stands among neighbours that have one."""
    rng = Random(f"{type(maker).__name__} {seed}")
    both = min(round(records * (1 - maker.absent)), items)
    left = {"both": both, "record": records - both, "item": items - both}
    with Files(folder, identifiers, seed) as files:
        for things in maker.settlements(rng):
            for thing in things:
                if not (total := sum(left.values())):
                    return
                draw = rng.random() * total
                side = (
                    "both"
                    if draw < left["both"]
                    else "record"
                    if draw < left["both"] + left["record"]
                    else "item"
                )
                left[side] -= 1
                item = maker.item(thing, rng, files) if side != "record" else None
                if side == "item":
                    files.item(item or {})
                else:
                    files.pair(maker.record(thing, rng), item)
