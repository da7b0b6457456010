"""A register from which weights can be learned without labels: made-up places, three in four with an item."""

from dataclasses import dataclass

_BEGIN = ("Ash", "Burr", "Cold", "Dun", "East", "Fox", "Gar", "Hare")
_END = ("combe", "field", "mere", "ton")


@dataclass(frozen=True, slots=True)
class Place:
    """A record; its item, if it has one, lies 30 m north of it and has the same name."""

    id: str
    name: str
    lat: float
    lon: float
    qid: str | None

    @property
    def item_lat(self) -> float:
        return self.lat + 0.0003


NAMES = [f"{begin}{end} {other}ley" for begin in _BEGIN for end in _END for other in _BEGIN]
PLACES = [
    Place(f"{k:03}", name, 40 + k % 16 * 0.5, -3 + k // 16 * 0.5, f"Q{9001 + k}" if k % 4 else None)
    for k, name in enumerate(NAMES)
]
