"""The demo: four registers, Airflow's scheduler, a vote and an upload to a local Wikibase sandbox.

All of its state is below demo/. Airflow's own database is made anew each time, since nothing that
matters is in it: snapshots are files, decisions and the upload journal are in the product's database,
and what was uploaded is on the sandbox. So the demo can be killed at any moment and run again.
"""

import argparse
import csv
import json
import os
import shutil
import signal
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import httpx
from local_airflow import HOST, ROOT, AirflowApi, environment, free_port, passwords, start
from local_services import BOT, DEMO, USERS, heritage_settings, start_mirror, start_sandbox
from processes import Processes

REPORT = DEMO / "report.html"
SENSITIVE = "gb_nhle_scheduled"
"""Archaeological sites, made up in the layout of the register: its places must not be shown exactly."""
WITHHELD = "9910002"
"""One of them, which its owner asks to be shown nowhere; a demo letter says so."""
FIGURES = ("records", "rejected", "at_risk", "match", "review", "new", "generalised", "withheld")
BEGIN = time.monotonic()
AGAIN: set[tuple[str, str, str]] = set()
"""DAG, run and task of what failed once."""


def say(text: str) -> None:
    """A line with the seconds since the start."""
    print(f"[{time.monotonic() - BEGIN:5.0f} s] {text}", flush=True)


def main() -> None:
    """Runs the whole way and writes demo/summary.json."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--fresh", action="store_true", help="forget everything that earlier runs left in demo/"
    )
    arguments = parser.parse_args()
    if arguments.fresh:
        shutil.rmtree(DEMO, ignore_errors=True)
    DEMO.mkdir(exist_ok=True)
    shutil.rmtree(DEMO / "airflow", ignore_errors=True)
    with Processes(DEMO / "logs") as processes:
        wiki = start_sandbox(processes)
        say(f"A local wiki listens on {json.loads(wiki)['host']} (a test target: nothing here is Wikidata)")
        mirror = start_mirror(processes)
        settings = heritage_settings(mirror)
        os.environ.update(settings)
        port = free_port()
        env = environment(DEMO / "airflow", port, USERS, settings | {"AIRFLOW_CONN_HERITAGE_WIKI": wiki})
        say("Starting Airflow: scheduler, DAG processor and API server, on this machine only")
        start(processes, env)
        airflow = AirflowApi(f"http://{HOST}:{port}", processes)
        airflow.wait_healthy(180)
        airflow.log_in("admin", passwords(DEMO / "airflow")["admin"])
        datasets = dataset_ids()
        airflow.wait_for_dags({*datasets, "wikidata_index", "reviews", "governance", "uploads"}, 120)
        airflow.make_pool("heritage_wiki", 1)
        sent_before = confirmed_edits()
        run_pipelines(airflow, datasets)
        reviewed = let_review(airflow)
        ask_to_withhold()
        decide(airflow)
        upload(airflow)
        tell(datasets, sent_before, wiki, reviewed)


def dataset_ids() -> list[str]:
    """Ids of the registers whose right items in the bundled index are known (`truth.csv` names them), and of
    one whose places are to be protected."""
    with (ROOT / "datasets" / "_demo" / "truth.csv").open(encoding="utf-8", newline="") as file:
        return sorted({row["dataset"] for row in csv.DictReader(file)} | {SENSITIVE})


def follow(airflow: AirflowApi, runs: dict[str, str], seconds: float) -> dict[str, str]:
    """Waits until these runs (DAG to run id) have ended, telling every task that ends; gives their states."""
    told: set[tuple[str, str]] = set()
    for _ in airflow.every(1, seconds, f"Not finished: {', '.join(runs)}"):
        states = {}
        for dag, run in runs.items():
            for task, state in tasks_of(airflow, dag, run).items():
                if state in ("success", "failed", "skipped", "upstream_failed") and (dag, task) not in told:
                    told.add((dag, task))
                    say(f"  {dag}: {task} {state}")
            states[dag] = airflow.get(f"/dags/{dag}/dagRuns/{run}")["state"]
        if all(state in ("success", "failed") for state in states.values()):
            return states
    raise AssertionError("every() raises at its end")


def tasks_of(airflow: AirflowApi, dag: str, run: str) -> dict[str, str | None]:
    """The states of a run's tasks. One that failed is run again at once, for Airflow waits minutes before it
    does; where that happens again the demo ends.

    It may be none that failed: of a task that looked at something and is looked for again soon, the scheduler
    of a busy machine takes the end of the first look for that of the second.
    """
    states = airflow.tasks(dag, run)
    for task, state in states.items():
        if state == "up_for_retry":
            if (dag, run, task) in AGAIN:
                raise SystemExit(
                    f"Failed in Airflow: {dag}, {task}; its log is below {DEMO / 'airflow' / 'logs'}"
                )
            AGAIN.add((dag, run, task))
            say(f"  {dag}: {task} failed and is run again")
            airflow.run_again(dag, run, task)
    return states


def run_pipelines(airflow: AirflowApi, datasets: list[str]) -> None:
    """Builds the index, then runs every dataset's DAG."""
    say("Building the local Wikidata index")
    airflow.unpause("wikidata_index")
    must_succeed(follow(airflow, {"wikidata_index": airflow.trigger("wikidata_index")}, 180))
    say("Harvesting, mapping, checking, flagging, reconciling and proposing")
    for dataset in datasets:
        airflow.unpause(dataset)
    must_succeed(follow(airflow, {dataset: airflow.trigger(dataset) for dataset in datasets}, 900))


def let_review(airflow: AirflowApi) -> dict[str, Any]:
    """Made-up reviewers decide some of what the machine leaves to people, and the DAG `reviews` proposes what
    they decided. Gives what the summary says of it."""
    from demo_reviews import changed, review

    from heritage.wiring.settings import Settings

    settings = Settings()
    reviewed = review(settings)
    say(f"Made-up reviewers gave {reviewed.answers} answers and settled {reviewed.settled} doubtful matches")
    airflow.unpause("reviews")
    must_succeed(follow(airflow, {"reviews": airflow.trigger("reviews")}, 600))
    return changed(settings, reviewed)


def ask_to_withhold() -> None:
    """Enters the demo's request, through the function that the command line uses; it holds at once."""
    from heritage.model.disclosure import By, Disclosure
    from heritage.wiring.settings import Settings
    from heritage.wiring.stores import request_store
    from heritage.wiring.withhold import withhold

    settings = Settings()
    if not request_store(settings).requests(SENSITIVE):
        withhold(settings, SENSITIVE, WITHHELD, Disclosure.S5, By.OWNER, "demo letter", "demo steward")
    say("An owner's request is entered: one site is shown nowhere from now on")


def must_succeed(states: dict[str, str]) -> None:
    """Ends the demo with the DAGs that failed."""
    failed = [dag for dag, state in states.items() if state != "success"]
    if failed:
        raise SystemExit(
            f"Failed in Airflow: {', '.join(failed)}; the logs are in {DEMO / 'airflow' / 'logs'}"
        )


def decide(airflow: AirflowApi) -> None:
    """Ranks, opens a round when there is something to decide, and lets the demo members vote."""
    from heritage.wiring.governance import decision_store
    from heritage.wiring.settings import Settings

    settings = Settings()
    say("Ranking the proposals and writing the report")
    airflow.unpause("uploads")
    airflow.unpause("governance")
    run = airflow.trigger("governance")
    for _ in airflow.every(1, 180, "The round did not open"):
        opened = tasks_of(airflow, "governance", run).get("open_round")
        if opened in ("success", "failed", "skipped", "upstream_failed"):
            break
    if opened == "success":
        keep_report(settings)
        for current in decision_store(settings).open_rounds():
            if current.closes_at > datetime.now(UTC):  # else it was voted on before the demo was killed
                cast_demo_votes(settings, current.round_id)
        confirm(airflow, run)
    must_succeed(follow(airflow, {"governance": run}, 180))


def confirm(airflow: AirflowApi, run: str) -> None:
    """The demo's secretary confirms in Airflow's required actions that the round went by the rules."""
    seen = 0
    for _ in airflow.every(1, 180, "Nobody was asked to confirm the round"):
        asked = tasks_of(airflow, "governance", run).get("confirm")
        seen += asked == "awaiting_input"
        if seen > 14 or asked in ("success", "failed", "skipped", "upstream_failed"):
            break  # Airflow 3.3 takes a task that is answered too soon for one that was killed
    if asked == "awaiting_input":
        known = passwords(DEMO / "airflow")
        airflow.log_in("demo-secretary", known["demo-secretary"])
        airflow.answer("governance", run, "confirm", "Confirm")
        airflow.log_in("admin", known["admin"])
        say("The demo secretary read what the round comes to and confirmed it")


def keep_report(settings: Any) -> None:
    """Copies the newest report to where the last lines say; one made when all is decided has no ranking."""
    from heritage.wiring.governance import latest_report

    latest = latest_report(settings)
    if latest is None:
        raise SystemExit("No report was written")
    for form in (".html", ".pdf"):
        shutil.copyfile(latest / f"report{form}", REPORT.with_suffix(form))


def cast_demo_votes(settings: Any, round_id: str) -> None:
    """Every demo member votes by the functions that the pages use: they agree to the consent agenda, once
    one of them has pulled its last item, and give scores to what is on the ballot.

    Two of them do not simply agree, so that the minutes show a vote against and a recusal.
    """
    from heritage.governance.agenda import Part, agenda_of
    from heritage.wiring.governance import cast_vote, decision_store, pull_item

    store = decision_store(settings)

    def round_() -> Any:
        current = store.round(round_id)
        if current is None:
            raise SystemExit(f"Round {round_id} is gone")
        return current

    agenda = agenda_of(round_())
    for ranked in (*agenda.consent[-1:], *agenda.later):
        item = ranked.proposal.proposal_id
        pull_item(settings, round_id, round_().seats[3], item, "demo: worth talking about before it passes")
    current = round_()
    items = [one for one in agenda_of(current).parts() if one[0] is not Part.LATER]
    first, last = items[0][1], items[-1][1]
    for number, member in enumerate(current.seats):
        for part, ranked in items:
            answer, reason = ("5", "") if part is Part.BALLOT else ("for", "")
            if number == 1 and ranked == last and part is not Part.CONSENT:
                answer = "0" if part is Part.BALLOT else "against"
                reason = "demo vote: the last in the ranking can wait"
            elif number == 2 and ranked == first:
                answer, reason = "recused", "demo vote: knows the publisher"
            cast_vote(settings, round_id, member, ranked.proposal.proposal_id, answer, reason)
    say(f"{len(current.seats)} demo members voted on {len(current.proposals)} proposals")


def upload(airflow: AirflowApi) -> None:
    """Waits for the upload that the decisions started; without new decisions it starts the daily one."""
    say("Uploading what was approved")
    runs = airflow.runs("uploads")
    run = runs[-1]["dag_run_id"] if runs else airflow.trigger("uploads")
    must_succeed(follow(airflow, {"uploads": run}, 300))
    if release_pilots():
        say("Uploading the rest")
        must_succeed(follow(airflow, {"uploads": airflow.trigger("uploads")}, 300))


def release_pilots() -> int:
    """A person who looked at the first edits of each batch lets the rest go, through the function that the
    page uses; gives how many batches were waiting for that."""
    from heritage.model.upload import Action
    from heritage.ports.orders import BatchState
    from heritage.wiring import overview
    from heritage.wiring.batch_orders import batch_standing, order_batch
    from heritage.wiring.settings import Settings

    settings, released = Settings(), 0
    for row in overview.batches(settings):
        number = row.batch.batch_id
        if number and batch_standing(settings, number).state is BatchState.TO_LOOK_AT:
            order_batch(
                settings, "demo steward", number, Action.RELEASE, "demo: the pilot is as it should be"
            )
            say(f"The demo steward looked at the pilot of batch {number} and released the rest")
            released += 1
    return released


def tell(datasets: list[str], sent_before: int, wiki: str, reviewed: dict[str, Any]) -> None:
    """Writes demo/summary.json and prints the same in words."""
    from heritage.model.edit import EditState
    from heritage.wiring import overview
    from heritage.wiring.impact import write_impact
    from heritage.wiring.settings import Settings

    settings = Settings()
    if not REPORT.exists():
        keep_report(settings)
    found = {row.dataset: row.figures for row in overview.datasets(settings) if row.dataset in datasets}
    states: Counter[EditState] = Counter()
    reasons: Counter[str] = Counter()
    for batch in overview.batches(settings):
        states.update(batch.counts)
        reasons.update(batch.skipped)
    summary: dict[str, Any] = {
        "datasets": {
            name: {key: getattr(figures, key) for key in FIGURES} if figures else None
            for name, figures in found.items()
        },
        "edits": {
            "planned": states.total(),
            "confirmed": states[EditState.CONFIRMED],
            "skipped": states[EditState.SKIPPED],
        },
        "reviews": reviewed,
        "report": str(REPORT.relative_to(ROOT)),
    }
    (DEMO / "summary.json").write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n")
    print()
    for name, figures in found.items():
        counts = ", ".join(f"{getattr(figures, key)} {key.replace('_', ' ')}" for key in FIGURES)
        print(f"{name}: {counts}")
    print(
        f"Reviews: {reviewed['answers']} answers of made-up reviewers settled {reviewed['settled']} doubtful "
        f"matches; {reviewed['edits_changed']} proposed edits are others or new because of them in this run"
    )
    planned, confirmed, skipped = summary["edits"].values()
    print(f"Upload: {planned} edits planned, {confirmed} confirmed, {skipped} skipped")
    for reason, count in reasons.most_common():
        print(f"  skipped {count}: {reason}")
    nothing = "nothing, for every approved edit is on the wiki already"
    print(f"Sent in this run: {confirmed - sent_before or nothing}")
    compare_with_wiki(wiki, confirmed)
    _, (impact, *_) = write_impact(settings, DEMO / "impact")
    print(f"What it came to: {impact.relative_to(ROOT)}")
    print(f"Report: {summary['report']}, and as PDF beside it")


def compare_with_wiki(wiki: str, confirmed: int) -> None:
    """Asks the wiki's own history, so that nobody has to take the journal's word for it."""
    base = json.loads(wiki)["host"].removesuffix("/w/api.php")
    history = httpx.get(f"{base}/sandbox/edits", trust_env=False).json()["edits"]
    made = sum(edit["user"] == BOT for edit in history)
    if made != confirmed:
        raise SystemExit(f"The wiki has {made} edits by {BOT}, the journal {confirmed}: please report this")
    print(f"The wiki's history has {made} edits by {BOT}: each confirmed edit once, none twice")


def confirmed_edits() -> int:
    """How many edits the journal has confirmed until now."""
    from heritage.model.edit import EditState
    from heritage.wiring import overview
    from heritage.wiring.settings import Settings

    return sum(batch.counts[EditState.CONFIRMED] for batch in overview.batches(Settings()))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        say("Interrupted. Everything that was started has ended; run it again to go on")
        raise SystemExit(128 + signal.SIGINT) from None
