"""Airflow with the Heritage pages over the demo's data, on this machine only, until Ctrl-C."""

import argparse
import json
import os
import socket
import time

from local_airflow import HOST, ROOT, AirflowApi, environment, passwords, start
from local_services import DEMO, USERS, heritage_settings, start_mirror, start_sandbox
from processes import Processes


def main() -> None:
    """Starts everything, says where to go, and waits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8080, help="port of Airflow (default 8080)")
    parser.add_argument(
        "--publishers", action="store_true", help="pull from the publishers, not from the bundled samples"
    )
    chosen = parser.parse_args()
    port = chosen.port
    refuse_taken(port)
    contact = os.environ.get("HERITAGE_CONTACT", "")
    if chosen.publishers and not contact:
        raise SystemExit(
            "error: set HERITAGE_CONTACT to your e-mail address or page first: publishers and wikis are "
            "asked in its name"
        )
    DEMO.mkdir(exist_ok=True)
    with Processes(DEMO / "logs") as processes:
        wiki = start_sandbox(processes)
        settings = heritage_settings(start_mirror(processes)) | {"AIRFLOW_CONN_HERITAGE_WIKI": wiki}
        if chosen.publishers:
            del settings["HERITAGE_MIRROR"]
            settings["HERITAGE_CONTACT"] = contact
        if dump := os.environ.get("HERITAGE_WIKIDATA_DUMP"):
            settings["HERITAGE_WIKIDATA_DUMP"] = dump
        env = environment(DEMO / "airflow", port, USERS, settings)
        print("Starting Airflow (half a minute) …", flush=True)
        start(processes, env, "triggerer")  # without one Airflow's first page says that it is unwell
        airflow = AirflowApi(f"http://{HOST}:{port}", processes)
        airflow.wait_healthy(180)
        known = passwords(DEMO / "airflow")
        airflow.log_in("admin", known["admin"])
        airflow.make_pool("heritage_wiki", 1)
        if not any((DEMO / "data" / "wikidata").glob("index/*/items.parquet")):
            make_index(airflow)
        print(f"\nAirflow          http://{HOST}:{port}")
        print(f"Priorities       http://{HOST}:{port}/heritage/priorities")
        print(f"Local wiki       {json.loads(wiki)['host'].removesuffix('/w/api.php')}")
        print(f"\nLog in as admin  {known['admin']}")
        print(f"or as a member   demo-member-1 {known['demo-member-1']}")
        print(f"(the others are in {(DEMO / 'airflow' / 'passwords.json').relative_to(ROOT)})")
        if not dump:
            print("\nThe index of Wikidata holds the demo's items only: other registers are nearly all new")
            print("to it. HERITAGE_WIKIDATA_DUMP names a dump of your own.")
        if not any((DEMO / "data").glob("*/*/capture")):
            print("\nThere is no data yet: scripts/demo makes some, or switch on the DAGs in Airflow.")
        print("\nCtrl-C ends everything.", flush=True)
        try:
            while True:
                processes.check()
                time.sleep(2)
        except KeyboardInterrupt:
            print("\nEnding everything …")


def make_index(airflow: AirflowApi) -> None:
    """Starts the DAG that everything else waits for; it runs while a person looks around."""
    airflow.wait_for_dags({"wikidata_index"}, 120)
    airflow.unpause("wikidata_index")
    airflow.trigger("wikidata_index")


def refuse_taken(port: int) -> None:
    """Ends with a sentence when something listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise SystemExit(
                f"error: port {port} cannot be used ({error.strerror}); name another with --port"
            ) from None


if __name__ == "__main__":
    main()
