"""Writes a synthetic set: a made-up register and a made-up index of items, with known answers, of any size.

    PYTHONPATH=include python benchmarks/reconcile/synthetic.py FOLDER --set one_language --languages en \
        --records 10000 --items 30000 --seed 1 --identifiers 0.3

Nothing in any of them is a real place. The folder gets records.parquet and items.parquet in the product's
schemas, and truth.csv, which names the item of each record, empty where there is none. Which disturbances are
in a set, and in what shares, stands in the module that makes it:

- multilingual.py: seven languages in four scripts, label and name often in two of them;
- one_language.py: register and index in the same language;
- damage.py: a list of damaged heritage, in several scripts, with names that have changed;
- glam.py: museums, libraries and archives, mostly without places.

Another seed draws another set. The published figures are about seed 1, of the multilingual set about seed 5:
weights and thresholds are never fitted to these draws.
`--identifiers` is the share of the records' items that carry the register's id, 2 % of these a wrong one.
"""

import argparse
from pathlib import Path

import multilingual
from damage import Damage
from glam import Glam
from one_language import OneLanguage
from pairing import write_pair

MAKERS = {
    "one_language": (OneLanguage, ["en"]),
    "damage": (Damage, ["uk", "ka", "hy", "ar"]),
    "glam": (Glam, ["de", "en", "fr", "pl"]),
}
"""Each with the languages that it has unless others are asked for."""
SETS = ["multilingual", *MAKERS]
JUDGED = 1
"""The seed of the draws that figures are published for: fit nothing to them."""


def write(
    folder: Path,
    records: int,
    items: int,
    kind: str = "multilingual",
    languages: list[str] | None = None,
    seed: int = multilingual.SEED,
    identifiers: float = 0.0,
) -> None:
    """records.parquet, items.parquet and truth.csv; raises ValueError for a set or language there is not."""
    if kind == "multilingual":
        if languages:
            raise ValueError("the multilingual set always has its seven languages.")
        multilingual.write(folder, records, items, seed, identifiers)
    elif kind in MAKERS:
        maker, spoken = MAKERS[kind]
        write_pair(folder, maker(languages or spoken), records, items, seed, identifiers)
    else:
        raise ValueError(f"no set {kind!r}; there are {', '.join(SETS)}.")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--set", choices=SETS, default="multilingual")
    parser.add_argument("--languages", nargs="+", metavar="CODE")
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--items", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=multilingual.SEED)
    parser.add_argument("--identifiers", type=float, default=0.0)
    given = parser.parse_args()
    write(given.folder, given.records, given.items, given.set, given.languages, given.seed, given.identifiers)


if __name__ == "__main__":
    main()
