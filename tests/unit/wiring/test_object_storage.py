"""An installation that keeps its files in a bucket goes the whole way, and keeps nothing of them here."""

import pytest

from heritage.errors import SpecError
from heritage.steps.govern_standing import check_log
from heritage.wiring.governance import latest_report
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store
from heritage.wiring.uploads import plan_batches, upload_batch
from installation import account_of, decide, settings_of
from wikibase_sandbox.testing import running


def test_a_register_goes_from_a_bucket_to_the_wiki_with_the_report_for_all_machines(bucket, tmp_path):
    kept = {"data_url": f"{bucket}/whole/data", "reports": None, "scratch": str(tmp_path / "one machine")}
    settings = decide(tmp_path, ["de_libraries"], **kept)
    store = decision_store(settings)
    assert check_log(store) == []
    assert [seal.number for seal in store.seals()] == [len(store.log())]
    other = settings_of(tmp_path, **kept | {"scratch": str(tmp_path / "another machine")})
    assert "Open Heritage" in (latest_report(other) / "report.html").read_text()
    with running(tmp_path / "wiki.sqlite") as sandbox:
        [batch] = plan_batches(settings, account_of(sandbox))
        told = upload_batch(settings, account_of(sandbox), batch.batch_id, live=False)
    assert told["waiting"] == batch.edits.num_rows
    assert (tmp_path / "another machine").exists()
    assert not (tmp_path / "data").exists()


def test_decisions_in_a_folder_of_one_machine_are_refused_where_the_files_are_elsewhere(monkeypatch):
    monkeypatch.setenv("HERITAGE_DATA_URL", "s3://heritage/data")
    with pytest.raises(SpecError, match="HERITAGE_DATABASE_URL is missing"):
        _ = Settings().database
