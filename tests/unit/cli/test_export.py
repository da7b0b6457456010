"""`heritage export`: only what every gate lets through gets into a file, and all that was approved does."""

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from heritage.cli.app import app
from heritage.model.upload import Action
from heritage.ports.orders import BatchState
from heritage.wiring.batch_orders import batch_standing, order_batch
from heritage.wiring.settings import Settings
from heritage.wiring.uploads import plan_batches, upload_batch
from heritage.wiring.wiki_account import WikiAccount
from installation import settings_in
from quickstatements_readers import read_commands
from wikibase_sandbox.testing import BOT, running

NOWHERE = WikiAccount("http://127.0.0.1:9/api.php", "Bot@heritage", "sandbox", "secret")
LIBRARIES, MONUMENTS = "de_libraries", "by_heritage"


@pytest.fixture
def decided(decided_installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = Path(shutil.copytree(decided_installation, tmp_path / "house"))
    for name, value in settings_in(folder).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HERITAGE_WIKI_API", NOWHERE.api)
    monkeypatch.setenv("HERITAGE_WIKI_TARGET", "sandbox")
    return folder


def export(*arguments: Any) -> Result:
    return CliRunner().invoke(app, ["export", *map(str, arguments)])


def approved(dataset: str) -> Any:
    [batch] = [one for one in plan_batches(Settings(), NOWHERE) if one.dataset == dataset]
    return batch


def test_an_approved_dataset_is_written_as_commands_that_others_read(decided: Path) -> None:
    batch = approved(MONUMENTS)
    result = export(MONUMENTS, "-o", decided / "edits.txt")
    assert result.exit_code == 0, result.output
    text = (decided / "edits.txt").read_text(encoding="utf-8")
    for three in (False, True):
        commands = read_commands(text, three=three)
        wanted = [
            (row["qid"], one["property"])
            for row in batch.edits.to_pylist()
            for part in ("statements", "references")
            for one in json.loads(row["additions"]).get(part, ())
        ]
        assert [command[:2] for command in commands] == wanted
        assert {kind for _, _, (kind, _), _, _ in commands} == {"item"}
        assert all(("P248" in dict(reference)) for *_, references in commands for reference in references)
    numbers = "+".join(map(str, batch.decisions))
    assert text.count(f"(batch {batch.batch_id}, decision {numbers}, edit ") == len(wanted)
    assert f"{batch.edits.num_rows} edits, 0 of them new items" in result.output


def test_new_items_go_whole_or_are_told(decided: Path) -> None:
    batch = approved(LIBRARIES)
    strict = export(batch.batch_id, "-o", decided / "strict.txt")
    every = export(batch.batch_id, "-o", decided / "every.txt", "--points")
    made = [(decided / name).read_text().count("CREATE") for name in ("strict.txt", "every.txt")]
    assert made[1] == batch.edits.num_rows
    assert made[0] < made[1]
    assert "times the new item: it goes as a whole or not at all. P625: QuickStatements" in strict.output
    assert "cannot say" not in every.output


def test_openrefine_and_tables_come_in_a_zip_file(decided: Path) -> None:
    for name, form, why in (
        ("rows.json", "openrefine", "several files: give a name that ends with .zip"),
        ("edits.csv", "csv", "several files: give a name that ends with .zip"),
        ("nowhere/edits.txt", "quickstatements", "there is no folder"),
    ):
        refused = export(LIBRARIES, "-o", decided / name, "--format", form)
        assert (refused.exit_code, why in refused.output) == (1, True)
    assert batch_standing(Settings(), approved(LIBRARIES).batch_id).sends, "nothing was handed over"
    for form, least in (
        ("openrefine", {"rows.csv", "schema.json", "operations.json"}),
        ("csv", {"edits-1.csv"}),
    ):
        result = export(LIBRARIES, "-o", decided / "files.zip", "--format", form, "--points")
        assert result.exit_code == 0, result.output
        with zipfile.ZipFile(decided / "files.zip") as archive:
            assert least <= set(archive.namelist())


def test_what_was_handed_over_as_a_file_is_not_uploaded_beside_it(decided: Path) -> None:
    batch = approved(MONUMENTS)
    assert batch_standing(Settings(), batch.batch_id).sends
    exported = export(MONUMENTS, "-o", decided / "edits.txt")
    assert f"heritage upload resume {batch.batch_id} --reason" in exported.output
    stands = batch_standing(Settings(), batch.batch_id)
    assert (stands.state, stands.waiting) == (BatchState.PAUSED, batch.edits.num_rows)
    assert "Handed over as a file" in stands.sentence
    assert export(MONUMENTS, "-o", decided / "again.txt").exit_code == 0
    assert (decided / "again.txt").read_text() == (decided / "edits.txt").read_text()


def test_nothing_that_was_not_approved_is_written(decided: Path) -> None:
    for which, why in (
        ("fr_merimee", "Nothing is approved for fr_merimee"),
        ("abcdef123456", "abcdef123456 is no dataset, and no batch that waits for sandbox"),
    ):
        result = export(which, "-o", decided / "edits.txt")
        assert result.exit_code == 1
        assert why in result.output
        assert not (decided / "edits.txt").exists()


def test_a_closed_licence_gate_keeps_edits_out_of_files(
    decided: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets = decided / "datasets"
    source = Path(Settings().datasets)
    shutil.copytree(source / "de" / LIBRARIES, datasets / "de" / LIBRARIES)
    (datasets / "_vocabularies").symlink_to(source / "_vocabularies")
    path = datasets / "de" / LIBRARIES / f"{LIBRARIES}.yaml"
    said = path.read_text(encoding="utf-8")
    assert "CC0-1.0" in said
    path.write_text(said.replace("CC0-1.0", "CC-BY-NC-4.0"), encoding="utf-8")
    monkeypatch.setenv("HERITAGE_DATASETS", str(datasets))
    result = export(LIBRARIES, "-o", decided / "edits.txt")
    assert result.exit_code == 1
    assert "the licence does not allow" in result.output
    assert not (decided / "edits.txt").exists()


def test_what_is_uploaded_or_was_cancelled_is_not_sent_by_hand_too(decided: Path) -> None:
    settings, batch = Settings(), approved(LIBRARIES)
    with running(decided / "wiki.sqlite") as sandbox:
        account = WikiAccount(sandbox.api_url, f"{BOT.name}@heritage", "sandbox", BOT.password)
        upload_batch(settings, account, batch.batch_id, limit=1)
    under_way = export(LIBRARIES, "-o", decided / "edits.txt")
    assert "is being uploaded: 1 edits are on the wiki" in under_way.output
    order_batch(settings, "ada", batch.batch_id, Action.PAUSE, "by hand today")
    rest = export(LIBRARIES, "-o", decided / "rest.txt", "--points")
    assert (decided / "rest.txt").read_text().count("CREATE") == batch.edits.num_rows - 1, rest.output
    order_batch(settings, "ada", batch.batch_id, Action.CANCEL, "wrong list")
    cancelled = export(LIBRARIES, "-o", decided / "edits.txt")
    assert cancelled.exit_code == 1
    assert "is cancelled" in cancelled.output or "nothing is left to send" in cancelled.output
    assert not (decided / "edits.txt").exists()
