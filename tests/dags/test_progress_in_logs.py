"""A long task says in its log how far it is, and about how long the rest takes."""

import logging

import pytest

from heritage.orchestration.progress import told_in_log


def test_it_is_told_every_half_minute_and_at_the_end(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    clock = iter([0.0, 10.0, 40.0, 50.0, 400.0])
    progress = told_in_log("Batch b1", lambda: next(clock))
    for done in (10, 40, 50, 400):
        progress(done, 400)
    assert [record.getMessage() for record in caplog.records] == [
        "Batch b1: 40 of 400, about 6 minutes left.",
        "Batch b1: 400 of 400, all of them.",
    ]
