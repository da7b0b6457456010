"""The whole ranking: score, place and how steady it is, of proposals as the product has them."""

import json
import sys
import time
from pathlib import Path

import numpy as np
import yaml
from inputs import PLACES, ROOT

from heritage.model.governance import Criteria, Proposal, Rehearsal, Scope
from heritage.model.said import Said
from heritage.priority.settings import PrioritySettings
from heritage.priority.weighing import place


def main(folder: Path, draws: int) -> None:
    content = yaml.safe_load((ROOT / "datasets/_vocabularies/priority.yaml").read_text(encoding="utf-8"))
    content["robustness"]["draws"] = draws
    settings = PrioritySettings.model_validate(content)
    proposals = [
        Proposal(
            proposal_id=f"p{number:05}",
            dataset="xx_register",
            snapshot="s",
            title=Said("Places"),
            kind="identifiers",
            scope=Scope.ALL,
            content_hash="c",
            edits_digest="e",
            rehearsal=Rehearsal(1, 0, 1, 0, 0, 0, 0, 0.1),
            gates=(),
            criteria=Criteria(*map(float, values)),
            reviewer_hours=1.0,
        )
        for number, values in enumerate(np.load(folder / "values.npy"))
    ]
    start = time.perf_counter()
    ranked = place(proposals, settings, budget_hours=PLACES)
    seconds = time.perf_counter() - start
    shares = {one.proposal.proposal_id: one.p_funded for one in ranked}
    np.save(folder / "ours.npy", [shares[one.proposal_id] for one in proposals])
    print(json.dumps({"seconds": seconds}))


main(Path(sys.argv[1]), int(sys.argv[2]))
