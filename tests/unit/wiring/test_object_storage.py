"""An installation as on a server, with files in a bucket and roles in PostgreSQL, goes the whole way, is
backed up in the middle of an upload, lost and put back, and goes on without doing anything twice."""

from pathlib import Path

import boto3
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from heritage.adapters.database.engine import upgrade
from heritage.errors import SpecError
from heritage.steps.govern_standing import check_log
from heritage.wiring.backup import restore_backup, take_backup
from heritage.wiring.governance import latest_report
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store
from heritage.wiring.uploads import plan_batches, upload_batch
from installation import account_of, decide, edits_made, settings_of
from postgresql_cluster import postgresql_database_in
from wikibase_sandbox.testing import running

ROLES = Path(__file__).resolve().parents[3] / "deploy" / "postgresql" / "roles.sql"


def as_worker(owner: str) -> str:
    """The database as tasks see it: they own no table."""
    upgrade(owner)
    admin = create_engine(owner, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.connection.cursor().execute(ROLES.read_text())
        if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = 'test_worker'")):
            connection.execute(text("CREATE ROLE test_worker LOGIN IN ROLE heritage_app"))
    admin.dispose()
    return make_url(owner).set(username="test_worker").render_as_string()


@pytest.mark.postgresql
def test_a_server_goes_the_whole_way_and_after_its_loss_on_where_it_was(
    bucket, postgresql_server, postgresql_database, tmp_path
):
    def on(data, owner, machine):
        kept = {"data_url": f"{bucket}/{data}", "reports": None, "scratch": str(tmp_path / machine)}
        return kept | {"database_url": owner}

    settings = decide(tmp_path, ["de_libraries"], **on("whole", as_worker(postgresql_database), "one"))
    log = decision_store(settings).log()
    other = settings_of(tmp_path, **on("whole", settings.database, "another machine"))
    assert "Open Heritage" in (latest_report(other) / "report.html").read_text()
    with running(tmp_path / "wiki.sqlite") as sandbox:
        account = account_of(sandbox)
        [batch] = plan_batches(settings, account)
        assert upload_batch(settings, account, batch.batch_id, live=False)["waiting"] == batch.edits.num_rows
        half = upload_batch(settings, account, batch.batch_id, limit=batch.edits.num_rows // 2)
        owner = settings_of(tmp_path, **on("whole", postgresql_database, "one"))
        take_backup(owner, f"{bucket}/kept")
        later = upload_batch(settings, account, batch.batch_id, limit=batch.edits.num_rows * 3 // 4)
        whole = boto3.resource("s3").Bucket("heritage").objects.filter(Prefix="whole/")
        whole.delete()
        with postgresql_database_in(postgresql_server) as empty:
            restore_backup(settings_of(tmp_path, **on("again", empty, "two")), f"{bucket}/kept")
            settings = settings_of(tmp_path, **on("again", as_worker(empty), "two"))
            store = decision_store(settings)
            assert (store.log(), check_log(store)) == (log, [])
            assert [seal.number for seal in store.seals()] == [len(log)]
            [left] = plan_batches(settings, account)
            done = upload_batch(settings, account, left.batch_id)
        made, total = edits_made(sandbox), batch.edits.num_rows
    assert 0 < half["confirmed"] < later["confirmed"] < total
    assert (len(made), set(made.values())) == (total, {1}), "also those of after the backup are there once"
    assert (done["waiting"], done["confirmed"] + sum(done["skipped"].values())) == (0, total)
    assert not (tmp_path / "data").exists()


def test_decisions_in_a_folder_of_one_machine_are_refused_where_the_files_are_elsewhere(monkeypatch):
    monkeypatch.setenv("HERITAGE_DATA_URL", "s3://heritage/data")
    with pytest.raises(SpecError, match="HERITAGE_DATABASE_URL is missing"):
        _ = Settings().database
