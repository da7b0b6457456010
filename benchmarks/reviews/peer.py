"""What crowd-kit makes of the same answers: plain majority, and Dawid and Skene's model.

Reads answers.parquet of the folder that is given (run, place in time, task, worker, label) and asks.json
(of each run, method and number of first answers), and writes peer.parquet: for each of these the label of
every task, and how sure the method is of it.
"""

import json
import sys
from pathlib import Path

import pandas as pd
from crowdkit.aggregation import DawidSkene, MajorityVote


def main() -> None:
    folder = Path(sys.argv[1])
    told = dict(list(pd.read_parquet(folder / "answers.parquet").groupby("run")))
    parts = []
    for run, method, first in json.loads((folder / "asks.json").read_text()):
        answers = told[run]
        few = answers[(answers["at"] < first) & (answers["label"] >= 0)][["task", "worker", "label"]]
        made = DawidSkene(n_iter=100) if method == "Dawid-Skene" else MajorityVote()
        sure = made.fit_predict_proba(few)
        labels = {
            "task": sure.index,
            "label": sure.idxmax(axis=1).to_numpy(),
            "sure": sure.max(axis=1).to_numpy(),
        }
        parts.append(pd.DataFrame({"run": run, "method": method, "first": first, **labels}))
    pd.concat(parts).to_parquet(folder / "peer.parquet")
    print(json.dumps({"asks": len(parts)}))


if __name__ == "__main__":
    main()
