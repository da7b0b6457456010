"""Command line: `python -m wikibase_sandbox --db PATH --port 0 [--seed FILE.jsonl ...]`."""

import argparse
import signal
import sys
from pathlib import Path

from wikibase_sandbox.seed import read_jsonl, seed_entities
from wikibase_sandbox.server import SandboxServer, open_wiki
from wikibase_sandbox.session import Account


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m wikibase_sandbox",
        description="A local Wikibase to upload to. It listens on 127.0.0.1 only.",
    )
    parser.add_argument("--db", type=Path, required=True, help="SQLite file, made if missing")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument(
        "--seed",
        type=Path,
        action="append",
        default=[],
        metavar="FILE.jsonl",
        help="entities to load, one JSON object per line; those that exist are left alone",
    )
    parser.add_argument("--user", help="name of a bot account")
    parser.add_argument("--password-file", type=Path, help="file with the password in line 1")
    arguments = parser.parse_args(argv)
    if bool(arguments.user) != bool(arguments.password_file):
        parser.error("--user and --password-file go together")
    return arguments


def _accounts(arguments: argparse.Namespace) -> list[Account]:
    if not arguments.user:
        return []
    password = arguments.password_file.read_text(encoding="utf-8").splitlines()[0].strip()
    return [Account(arguments.user, password, frozenset({"bot"}))]


def _tell(url: str) -> None:
    print(f"sandbox ready {url}", flush=True)  # noqa: T201 - the one line promised


def main(argv: list[str]) -> int:
    """Serve until SIGTERM or SIGINT; the exit code is 0 then."""
    arguments = _arguments(argv)
    wiki = open_wiki(arguments.db, _accounts(arguments))
    for path in arguments.seed:
        with wiki.store.writing():
            seed_entities(wiki.store, read_jsonl(path))
    # The server repeats the signal it was stopped by once it has finished; that is not an error.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    server = SandboxServer(wiki, arguments.port, _tell)
    server.serve_until_stopped()
    wiki.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
