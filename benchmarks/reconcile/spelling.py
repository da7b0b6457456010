"""What happens to a name on its way into a register."""

from random import Random

READ_WRONG = {
    "o": "0", "l": "1", "i": "l", "rn": "m", "m": "rn", "e": "c", "О": "0", "о": "o", "і": "i", "І": "I",
    "а": "a", "н": "п", "ш": "щ", "и": "н", "е": "e", "с": "c", "В": "B", "ა": "პ", "ბ": "გ", "ი": "о",
    "ვ": "კ", "ց": "g", "ա": "u", "ն": "և", "ر": "ز", "ب": "ت", "ح": "ج", "د": "ذ", "ة": "ه",
    "ي": "ى", "أ": "ا",
}  # fmt: skip
"""Letters as optical reading and keyboards of two scripts confuse them."""


def slipped(name: str, rng: Random) -> str:
    """One letter left out, doubled, or changed with its neighbour."""
    if len(name) < 5:
        return name
    k = rng.randrange(1, len(name) - 2)
    return rng.choice(
        [
            name[:k] + name[k + 1 :],
            name[:k] + name[k] + name[k:],
            name[:k] + name[k + 1] + name[k] + name[k + 2 :],
        ]
    )


def misread(name: str, rng: Random) -> str:
    """One or two letters as optical reading confuses them; a slip where none of them stands in the name."""
    places = [(k, wrong) for k in range(len(name)) for wrong in READ_WRONG if name.startswith(wrong, k)]
    if not places:
        return slipped(name, rng)
    for k, wrong in sorted(rng.sample(places, min(len(places), rng.choice([1, 1, 2]))), reverse=True):
        name = name[:k] + READ_WRONG[wrong] + name[k + len(wrong) :]
    return name


def abbreviated(name: str, short: dict[str, str], rng: Random, share: float) -> str:
    """Words written short, or short ones written out, each with the share given."""
    for one, other in short.items():
        if one in name and rng.random() < share:
            name = name.replace(one, other)
    return name
