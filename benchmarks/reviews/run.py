"""A simulated crowd that settles what the engine leaves to people: by the product's rules, and by its peer.

    python -m venv /somewhere/peer
    /somewhere/peer/bin/pip install -r benchmarks/reviews/requirements.txt
    PYTHONPATH=include:benchmarks python benchmarks/reviews/run.py \
        --peer /somewhere/peer/bin/python --sets FOLDER_OF_SETS/de-libraries FOLDER_OF_SETS/ancient-places

`--sets` are folders with records.csv, items.jsonl and truth.csv. The questions are the records that the
shipped engine leaves to people and whose answer is known, `--most` of them. All methods hear the same
people: what each would answer to each question, and the order in which they come, are drawn once per run.
Ours is run until every question is accepted or an expert's. The peer's methods (crowd-kit) get answers that
are spread evenly over the questions: so many that their sum is that of ours, in which gold tasks and the
answers of experts are counted; or 3, 5, 7 and so on for each question.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from apart import measured

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from campaign import BATCH, Campaign, Result  # noqa: E402
from crowd import CROWDS, Crowd, crowd  # noqa: E402
from doubtful import Questions, questions  # noqa: E402

from heritage.review.settings import ReviewSettings  # noqa: E402

EXPERT_WRONG = 0.02
GOLD = 0.05
EACH = (3, 5, 7, 9, 11, 13, 15)
"""Answers for every question that plain majority is asked about too."""
WAYS = {
    "as shipped (3 answers at least, or 5 where agreement is low)": {},
    "3 answers at least, whatever the agreement": {"by_agreement": False},
    "the same, but people are asked on about what is stuck": {"by_agreement": False, "to_the_end": True},
}


@dataclass
class Run:
    """One draw of people, and what ours made of them, by its ways."""

    people: Crowd
    gold: frozenset[int]
    ours: list[Result]
    tasks: list[int]


def drawn(asked: Questions, mix: tuple[int, ...], seed: int) -> Run:
    rng = np.random.default_rng([seed, 1])
    people = crowd(mix, asked, rng)
    gold = frozenset(map(int, rng.choice(len(asked), size=round(GOLD * len(asked)), replace=False)))
    ours = []
    for way in WAYS.values():
        campaign = Campaign(asked, people, gold, ReviewSettings(), share=GOLD, **way)
        campaign.run()
        ours.append(campaign.result())
    return Run(people, gold, ours, [n for n in range(len(asked)) if n not in gold])


def evenly(run: Run, many: int, seed: int) -> pd.DataFrame:
    """The first answers when each who comes is given the questions with the fewest so far."""
    rng = np.random.default_rng([seed, 2])
    open_ = np.array(run.tasks)
    answers = np.zeros(len(open_), dtype=int)
    done = np.zeros((len(run.people.kinds), len(open_)), dtype=bool)
    rows: list[tuple[int, int, int, int]] = []
    for who in map(int, run.people.arrivals):
        order = np.argsort(answers + rng.random(len(open_)) + np.where(done[who], 1_000, 0))[:BATCH]
        for place in order[~done[who, order]]:
            rows.append((len(rows), int(open_[place]), who, int(run.people.said[who, open_[place]])))
            answers[place] += 1
            done[who, place] = True
        if len(rows) >= many:
            break
    return pd.DataFrame(rows[:many], columns=["at", "task", "worker", "label"])


def judged(labels: pd.DataFrame, asked: Questions, run: Run, experts: int, seed: int) -> tuple[float, float]:
    """Accuracy of what is left to the crowd, and of all, when so many experts answer what is least sure."""
    rng = np.random.default_rng([seed, 3])
    by_task = labels.set_index("task").reindex(run.tasks)
    right = by_task["label"].to_numpy() == asked.right[run.tasks]
    least = np.lexsort([rng.random(len(run.tasks)), by_task["sure"].fillna(0).to_numpy()])[:experts]
    crowd_alone = np.delete(right, least)
    return float(crowd_alone.mean()), with_experts(int(crowd_alone.sum()), experts, len(run.tasks))


def with_experts(right: int, experts: int, tasks: int) -> float:
    """Accuracy of all, when experts, wrong now and then, add their part to what the crowd got right."""
    return (right + (1 - EXPERT_WRONG) * experts) / tasks


def interval(values: list[float]) -> str:
    """Mean and the 95 % interval of the mean over runs, in per cent."""
    half = 1.96 * np.std(values, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else float("nan")
    return f"{np.mean(values):.2%} ± {half * 100:.2f}"


def asked_of_peer(runs: list[Run], peer: str) -> pd.DataFrame:
    asks: list[tuple[str, str, int]] = []
    streams = []
    for seed, run in enumerate(runs):
        ends = {of.answers + extra for of in run.ours for extra in (0, of.escalated)}
        each = [k * len(run.tasks) for k in EACH]
        asks += [(str(seed), "majority", end) for end in sorted(ends.union(each))]
        asks += [(str(seed), "Dawid-Skene", end) for end in sorted(ends)]
        streams.append(evenly(run, max(*ends, *each), seed).assign(run=str(seed)))
    with tempfile.TemporaryDirectory(prefix="heritage-benchmark-") as folder:
        pd.concat(streams).to_parquet(Path(folder) / "answers.parquet")
        (Path(folder) / "asks.json").write_text(json.dumps(asks))
        measured(peer, HERE / "peer.py", folder)
        return (
            pd.read_parquet(Path(folder) / "peer.parquet").set_index(["run", "method", "first"]).sort_index()
        )


def compare(asked: Questions, mix: tuple[int, ...], given: argparse.Namespace) -> None:
    runs = [drawn(asked, mix, seed) for seed in range(given.runs)]
    peer = asked_of_peer(runs, given.peer)

    def of_peer(method: str, firsts: list[int], experts: list[int]) -> list[tuple[float, float]]:
        return [
            judged(peer.loc[str(seed), method, firsts[seed]], asked, run, experts[seed], seed)
            for seed, run in enumerate(runs)
        ]

    def row(title: str, answers: float, experts: float, alone: list[float], both: list[float]) -> None:
        print(
            f"| {title} | {answers:.2f} | {experts:.0%} | {interval(alone)} | {interval(both)} |", flush=True
        )

    print("| | answers per question | by experts | right, of what the crowd settled | right, of all |")
    print("|---|---|---|---|---|")
    none = [0] * len(runs)
    beside = ["\nOf what the crowd settled, ours was right more often, in points:\n"]
    for place, title in enumerate(WAYS):
        ours = [run.ours[place] for run in runs]
        total = float(np.mean([(of.answers + of.escalated) / of.tasks for of in ours]))
        experts = float(np.mean([of.escalated / of.tasks for of in ours]))
        alone = [of.accepted_right / max(of.accepted, 1) for of in ours]
        all_of = [with_experts(of.accepted_right, of.escalated, of.tasks) for of in ours]
        row(f"**Heritage Guard**, {title}", total, experts, alone, all_of)
        for method in ("majority", "Dawid-Skene"):
            plain = of_peer(method, [of.answers + of.escalated for of in ours], none)
            row(f"{method}, as many answers", total, 0, [one for one, _ in plain], [one for _, one in plain])
            same = of_peer(method, [of.answers for of in ours], [of.escalated for of in ours])
            row(f"{method}, as many answers and experts", total, experts, *map(list, zip(*same, strict=True)))
            wins = [ours_ - theirs for ours_, (theirs, _) in zip(alone, same, strict=True)]
            beside.append(f"- {title}: less {method} with as many answers and experts, {interval(wins)}")
    for k in EACH:
        plain = of_peer("majority", [k * len(run.tasks) for run in runs], none)
        row(f"majority of {k}", k, 0, [one for one, _ in plain], [one for _, one in plain])
    print(*beside, sep="\n")
    for place, title in enumerate(WAYS):
        ours = [run.ours[place] for run in runs]
        silenced = {
            name: sum(of.silenced.count(name) for of in ours) / len(runs)
            for name in sorted({kind for of in ours for kind in of.silenced})
        }
        paused = np.mean([of.least_alpha < ReviewSettings().alpha_least for of in ours])
        alpha = np.mean([of.alpha for of in ours])
        print(
            f"\n{title}: alpha {alpha:.2f} in the end, {paused:.0%} of runs paused once; without weight:",
            silenced,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="A simulated crowd beside crowd-kit.")
    parser.add_argument("--sets", type=Path, nargs="+", required=True)
    parser.add_argument("--peer", required=True, help="Python of an environment with requirements.txt")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--most", type=int, default=500, help="Questions of a set at most")
    parser.add_argument("--times", type=int, default=1, help="Times fifty people")
    given = parser.parse_args()
    for source in given.sets:
        asked = questions(source, given.most)
        for name, few in CROWDS.items():
            mix = tuple(many * given.times for many in few)
            told = f"{len(asked)} questions, {name} crowd of {sum(mix)}, {given.runs} runs"
            print(f"\n## {source.name}, {told}\n", flush=True)
            compare(asked, mix, given)


if __name__ == "__main__":
    main()
