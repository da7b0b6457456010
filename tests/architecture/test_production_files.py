"""The files by which a server is made: what can be said of them without a container engine."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from heritage.wiring.settings import Settings
from installation import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
ENDS = {"init", "backup"}
"""Services that end by themselves: nothing has to look after their health."""


def given(service: dict[str, Any]) -> list[tuple[str, str]]:
    """Which secrets a service is given, and the names of their files there."""
    named = [
        one if isinstance(one, dict) else {"source": one, "target": one} for one in service.get("secrets", [])
    ]
    return [(one["source"], one["target"]) for one in named]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that deploy/secrets has filled."""
    folder = tmp_path_factory.mktemp("made") / "secrets"
    subprocess.run([sys.executable, ROOT / "deploy" / "secrets", folder], check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_pinned_contained_and_looked_after(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"[\w./-]+:\$?[\w.{}:-]*\d[\w.{}-]*", service["image"]), service["image"]
    assert "latest" not in service["image"]
    assert name == "sandbox" or int(service["user"].split(":")[0]) > 0
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"max-size", "max-file"} <= set(service["logging"]["options"])
    assert name in ENDS or {"test", "interval", "timeout", "retries"} <= set(service["healthcheck"])


def test_only_the_pages_can_be_reached_from_outside_and_only_from_this_machine() -> None:
    open_ = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert all(port.startswith("127.0.0.1:") for ports in open_.values() for port in ports)
    assert set(open_) <= {"api-server", "sandbox"}
    assert COMPOSE["networks"]["inside"]["internal"]
    assert all(SERVICES[name]["networks"] == ["inside"] for name in ("postgres", "redis", "storage"))


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_come_from_files(name: str) -> None:
    service = SERVICES[name]
    for key, value in service.get("environment", {}).items():
        if re.search(r"PASSWORD|PASS$|SECRET|_KEY|_CONN|BROKER_URL|RESULT_BACKEND|CREDENTIALS|TOKEN", key):
            assert not value or "/run/secrets" in str(value) or key.endswith("__BACKEND"), key
        assert not re.search(r"://[^/\s]*:[^/\s]*@", str(value)), key
    told = "\n".join([str(service["command"]), *map(str, service.get("environment", {}).values())])
    used = set(re.findall(r"/run/secrets/([\w.]+)", told))
    assert not re.search(r"password\b|secret\b", re.sub(r"/run/secrets/[\w.]+", "", str(service["command"])))
    assert used <= {target for _, target in given(service)}


def test_each_service_has_the_least_that_it_needs() -> None:
    sources = {name: {source for source, _ in given(service)} for name, service in SERVICES.items()}
    assert sources["worker"] == {
        *("heritage_tasks_url", "celery_broker_url", "celery_result_url"),
        *("storage_credentials", "connections.json"),
    }
    only = {
        "heritage_owner_url": ["init", "backup"],
        "heritage_server_url": ["api-server"],
        "admin_password": ["init"],
    }
    assert {secret: [name for name in SERVICES if secret in sources[name]] for secret in only} == only


def test_everything_named_is_there(made: Path) -> None:
    used = {source for service in SERVICES.values() for source, _ in given(service)}
    assert used == set(COMPOSE["secrets"])
    files = {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()}
    assert files == {path.name for path in made.iterdir()}
    mounts = [one.split(":")[0] for service in SERVICES.values() for one in service.get("volumes", [])]
    assert {one for one in mounts if not one.startswith(".")} == set(COMPOSE["volumes"])
    assert all((ROOT / one).exists() for one in mounts if one.startswith("."))
    assert {name for service in SERVICES.values() for name in service.get("depends_on", {})} <= set(SERVICES)


def test_secrets_are_made_once_for_their_owner_alone(made: Path) -> None:
    before = {path.name: path.read_text() for path in made.iterdir()}
    subprocess.run([sys.executable, ROOT / "deploy" / "secrets", made], check=True, capture_output=True)
    assert {path.name: path.read_text() for path in made.iterdir()} == before
    assert made.stat().st_mode & 0o777 == 0o700
    passwords = [text for name, text in before.items() if name.endswith(("_password", "_key", "jwt_secret"))]
    assert len(set(passwords)) == len(passwords)
    assert min(map(len, passwords)) >= 32


def run_again(made: Path, *options: str) -> tuple[int, str]:
    command = [sys.executable, ROOT / "deploy" / "secrets", made, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_secrets_that_were_half_made_lost_or_changed_fit_each_other(tmp_path: Path) -> None:
    made = tmp_path / "secrets"
    assert run_again(made) == (0, "")
    key = (made / "storage_credentials").read_text().split()[-1]
    for name in ("storage_accounts.json", "heritage_tasks_password", "heritage_tasks_url"):
        (made / name).unlink()
    (made / "redis_password").chmod(0o600)
    (made / "redis_password").write_text("p@ss:word/\n")
    code, told = run_again(made, "--postgres=db.example:5432")
    assert (code, key in (made / "storage_accounts.json").read_text()) == (0, True)
    password = (made / "heritage_tasks_password").read_text()
    assert (made / "heritage_tasks_url").read_text().endswith(f":{password}@db.example:5432/heritage")
    stays = {"airflow_database_url", "celery_result_url", "heritage_owner_url", "heritage_server_url"}
    assert set(re.findall(r"(\w[\w.]+) stays as it is", told)) == stays | {
        "celery_broker_url",
        "redis_users.acl",
    }
    (made / "celery_broker_url").unlink()
    run_again(made)
    assert (made / "celery_broker_url").read_text() == "redis://:p%40ss%3Aword%2F@redis:6379/0"
    (made / "jwt_secret").unlink()
    (made / "jwt_secret").touch()
    assert run_again(made)[1].endswith("jwt_secret is empty: write into it, or remove it to have it made\n")
    assert "is no host and port" in run_again(made, "--redis=")[1]
    assert "cannot be used for secrets" in run_again(made / "jwt_secret")[1]


def test_what_the_image_would_take_for_a_command_of_airflow_does_not_reach_its_entrypoint() -> None:
    ours = {
        name: service for name, service in SERVICES.items() if service["image"].startswith("heritage-guard")
    }
    known = {"airflow", "python", "bash"}
    by_itself = {name for name, service in ours.items() if service["command"][0] not in known}
    assert by_itself == {
        name for name, service in ours.items() if service.get("entrypoint") == ["/usr/bin/env"]
    }


def test_volumes_belong_to_who_writes_them() -> None:
    """A new volume has the owner of the folder in the image, and root's where there is none."""
    image = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    folders = {
        one.split(":")[1]
        for service in SERVICES.values()
        for one in service.get("volumes", [])
        if service["image"].startswith("heritage-guard")
    }
    assert folders == {"/opt/airflow/logs", "/backups"}
    assert "install --directory --owner=50000 --group=0 --mode=0770 /backups" in image


def test_the_page_names_every_setting_of_the_file() -> None:
    text = (ROOT / "docker-compose.yaml").read_text(encoding="utf-8")
    page = (ROOT / "docs" / "production.md").read_text(encoding="utf-8")
    assert {name for name in re.findall(r"\$\{(HERITAGE_\w+)", text) if f"`{name}`" not in page} == set()


def test_the_image_has_what_the_server_starts() -> None:
    lines = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8").splitlines()
    locked = (ROOT / "requirements-production.txt").read_text(encoding="utf-8")
    [version] = re.findall(r"^apache-airflow==(\S+)", locked, re.MULTILINE)
    assert f"FROM apache/airflow:slim-{version}-python3.11" in lines
    copied = [part for line in lines if line.startswith("COPY") for part in line.split()[2:-1]]
    assert all((ROOT / part).exists() for part in copied)
    assert Settings.model_fields["runbook"].default in copied, "the page Health leads there"
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert not set(left_out) & {part.split("/")[0] for part in copied}


def test_the_values_for_helm_are_the_settings_of_compose() -> None:
    values = yaml.safe_load((ROOT / "deploy" / "helm-values.yaml").read_text(encoding="utf-8"))
    ours = {one["name"]: one["value"].replace("/run/heritage", "/run/secrets") for one in values["env"]}
    compose = SERVICES["worker"]["environment"]
    site = {name for name, value in compose.items() if value.startswith("${")} | {"AWS_ENDPOINT_URL_S3"}
    assert ours.keys() <= compose.keys()
    assert {name: ours[name] for name in ours.keys() - site} == {
        name: compose[name] for name in ours.keys() - site
    }
    locked = (ROOT / "requirements-production.txt").read_text(encoding="utf-8")
    assert f"\napache-airflow=={values['airflowVersion']}\n" in locked
    assert values["executor"] == compose["AIRFLOW__CORE__EXECUTOR"]
