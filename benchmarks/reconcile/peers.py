"""One peer on a folder of `run.py`: it reads names, towns and points, and writes its ten best answers each.

Every item stands in `item_names.parquet` once for each of its names, so that all peers see all of them; names
are folded to Latin letters and lower case before they get them.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pandas as pd

MOST = 10
MEMORY = "8GB"
"""What Splink's database may take before it writes to the disk."""
COMMON = 500


def rarest_words(*sides: pd.Series) -> list[list[str | None]]:
    """Of each name the word that fewest names of all sides have: a block that stays small in large sets.

    None where even that word stands in more than COMMON names.
    """
    words = [[sorted(set(name.split())) for name in side] for side in sides]
    count = Counter(word for side in words for few in side for word in few)
    rarest = [[min(few, key=lambda w: (count[w], w), default="") for few in side] for side in words]
    return [[word if 0 < count[word] <= COMMON else None for word in side] for side in rarest]


def best_label(records: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """As reconciliation services do it: items that share a rare word, ranked by the likeness of the label."""
    from rapidfuzz import fuzz

    by_word: dict[str, list[int]] = {}
    names = items["name"].tolist()
    for row, name in enumerate(names):
        for word in set(name.split()):
            by_word.setdefault(word, []).append(row)
    out = []
    for record, name in zip(records["id"], records["name"], strict=True):
        words = sorted((w for w in set(name.split()) if w in by_word), key=lambda w: len(by_word[w]))[:2]
        rows = {row for word in words for row in by_word[word][:200]}
        scored = sorted(((fuzz.token_sort_ratio(name, names[row]) / 100, row) for row in rows), reverse=True)
        out += [(record, row, score) for score, row in scored[:MOST]]
    return pd.DataFrame(out, columns=["id", "row", "score"])


def splink(records: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Splink on DuckDB: Fellegi-Sunter, trained by expectation maximisation on this very pair."""
    import duckdb
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    left = records.rename(columns={"id": "unique_id"}).assign(source_dataset="records")
    right = items.rename(columns={"row": "unique_id"}).assign(source_dataset="items").drop(columns="qid")
    for side in (left, right):
        side["unique_id"] = side["unique_id"].astype(str)
        side["words"] = side["name"].str.split()
        side["cell"] = [
            None if pd.isna(a) else f"{round(a * 50)} {round(o * 50)}"
            for a, o in zip(side["lat"], side["lon"], strict=True)
        ]
    left["rarest"], right["rarest"] = rarest_words(left["name"], right["name"])
    placed = left["lat"].notna().any() and right["lat"].notna().any()
    comparisons = [
        cl.JaroWinklerAtThresholds("name", [0.97, 0.92, 0.85, 0.75]).configure(
            term_frequency_adjustments=True
        ),
        cl.ArrayIntersectAtSizes("words", [4, 3, 2, 1]),
    ]
    rules, sure, recall = ["name", "rarest"], block_on("name"), 0.5
    if placed:
        comparisons.append(cl.DistanceInKMAtThresholds("lat", "lon", [0.2, 1, 5, 20]))
        rules.append("cell")
        sure, recall = block_on("name", "cell"), 0.25
    connection = duckdb.connect()
    connection.execute(f"SET memory_limit='{MEMORY}'; SET temp_directory='{tempfile.gettempdir()}'")
    database = DuckDBAPI(connection)
    columns = ["unique_id", "source_dataset", "name", "words", "rarest", "lat", "lon", "cell"]
    linker = Linker(
        [
            database.register(left[columns], table_name="ours"),
            database.register(right[columns], table_name="theirs"),
        ],
        SettingsCreator(
            link_type="link_only",
            comparisons=comparisons,
            blocking_rules_to_generate_predictions=[block_on(rule) for rule in rules],
        ),
        log_level=None,
    )
    linker.training.estimate_probability_two_random_records_match([sure], recall=recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=min(max(1e6, 50 * len(left)), 1e7))
    for rule in rules:
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(rule))
        except Exception as error:  # noqa: BLE001 - a rule that trains nothing is left out
            print(f"Splink does not train on {rule}: {error}", file=sys.stderr)
    found = linker.inference.predict(threshold_match_probability=0.001)
    best = linker.misc.query_sql(
        f"""with turned as (
            select *, source_dataset_l in ('records', 'ours') as so from {found.physical_name})
        select case when so then unique_id_l else unique_id_r end as id,
            case when so then unique_id_r else unique_id_l end as "row", match_probability as score
        from turned
        qualify row_number() over (partition by id order by score desc, "row") <= {4 * MOST}""",
        output_type="pandas",
    )  # the best in the database, since all pairs of a large set do not fit into memory as a frame
    return best.astype({"row": int})


def recordlinkage(records: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """The recordlinkage toolkit: blocks by the rarest word, Jaro-Winkler of names and nearness summed."""
    import recordlinkage as rl

    left, right = records.set_index("id"), items.set_index("row")
    left["rarest"], right["rarest"] = rarest_words(left["name"], right["name"])
    blocks = rl.Index()
    blocks.block("rarest")
    pairs = blocks.index(left.dropna(subset=["rarest"]), right.dropna(subset=["rarest"]))
    compare = rl.Compare()
    compare.string("name", "name", method="jarowinkler", label="name")
    if left["lat"].notna().any() and right["lat"].notna().any():
        compare.geo("lat", "lon", "lat", "lon", method="exp", scale=2, label="place")
    scores = compare.compute(pairs, left, right).fillna(0).mean(axis=1)
    return pd.DataFrame(
        {
            "id": scores.index.get_level_values(0),
            "row": scores.index.get_level_values(1),
            "score": scores.values,
        }
    )


PEERS = {"best_label": best_label, "splink": splink, "recordlinkage": recordlinkage}


def main() -> None:
    folder, name = Path(sys.argv[1]), sys.argv[2]
    records = pd.read_parquet(folder / "record_names.parquet")
    items = pd.read_parquet(folder / "item_names.parquet")
    started = time.perf_counter()
    found = PEERS[name](records, items.copy())
    found["qid"] = found["row"].map(items.set_index("row")["qid"])
    best = found.sort_values(["id", "score", "qid"], ascending=[True, False, True]).drop_duplicates(
        ["id", "qid"]
    )
    best = best.groupby("id", sort=False).head(MOST)[["id", "qid", "score"]]
    seconds = time.perf_counter() - started
    best.to_parquet(folder / f"{name}.parquet", index=False)
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
