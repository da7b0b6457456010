"""Which addresses lead to a file on Commons."""

import pytest

from heritage.statements.images import commons_name


@pytest.mark.parametrize(
    "address",
    [
        "https://commons.wikimedia.org/wiki/File:North_Tower,_1890.jpg",
        "http://commons.m.wikimedia.org/wiki/Special:FilePath/North%20Tower,%201890.jpg",
        "https://upload.wikimedia.org/wikipedia/commons/a/ab/North_Tower,_1890.jpg",
        "https://upload.wikimedia.org/wikipedia/commons/thumb/a/ab/North_Tower,_1890.jpg/300px-x.jpg",
    ],
)
def test_the_bare_name_of_the_file(address):
    assert commons_name(address) == "North Tower, 1890.jpg"


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "North Tower.jpg",  # of which wiki?
        "https://towers.example/wiki/File:Tower.jpg",
        "https://upload.wikimedia.org/wikipedia/en/a/ab/Tower.jpg",
        "https://commons.wikimedia.org/wiki/Category:Towers",
        "https://[",
    ],
)
def test_any_other_address_is_none(address):
    assert commons_name(address) is None
