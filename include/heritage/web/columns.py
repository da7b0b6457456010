"""Columns over time as a drawing that a server makes: shares of its box, so that it fits any width."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_GAP = 0.16
"""Of a column's place, left free on either side of it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A rectangle in per cent of the drawing; `kind` is the class that gives it its colour."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    told: str


@dataclass(frozen=True, slots=True)
class Column:
    """One place on the axis: what stands above each other, the lowest first, as kind and amount."""

    label: str
    told: str
    parts: tuple[tuple[str, float], ...]


def pieces(columns: Sequence[Column], top: float | None = None) -> Iterator[Piece]:
    """The rectangles of a drawing whose highest column (or `top`) fills it."""
    most = top or max((sum(amount for _, amount in one.parts) for one in columns), default=0) or 1
    width = 100 / max(1, len(columns))
    for place, column in enumerate(columns):
        below = 0.0
        for kind, amount in column.parts:
            height = 100 * amount / most
            if height:
                yield Piece(
                    round((place + _GAP) * width, 2),
                    round(100 - below - height, 2),
                    round((1 - 2 * _GAP) * width, 2),
                    round(height, 2),
                    kind,
                    column.told,
                )
            below += height
