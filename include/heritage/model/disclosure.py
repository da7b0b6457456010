"""Disclosure classes: how exactly a record's place may leave the house (domain details, part b)."""

from enum import StrEnum


class Disclosure(StrEnum):
    """From exact to withheld; the strictest rule that applies wins, so the order matters."""

    S0 = "S0"
    """Exact."""
    S1 = "S1"
    """0.001 degree."""
    S2 = "S2"
    """0.01 degree."""
    S3 = "S3"
    """0.1 degree."""
    S4 = "S4"
    """Administrative area only."""
    S5 = "S5"
    """The record is withheld."""

    @property
    def cell_degrees(self) -> float | None:
        """Side of the grid cell in degrees; None where no cell applies (S0, S4, S5)."""
        return {"S1": 0.001, "S2": 0.01, "S3": 0.1}.get(self.value)
