"""Edits that a real Wikibase refused, or took although they are wrong, are not sent."""

import json
import os
from pathlib import Path

import pytest

from heritage.model.edit import (
    UNKNOWN,
    Calendar,
    Content,
    CoordinateValue,
    ItemValue,
    Kind,
    MonolingualValue,
    QuantityValue,
    Statement,
    TextValue,
    TimeValue,
)
from heritage.statements.live import CALENDARS, EARTH, snak_value
from heritage.statements.sendable import sendable
from heritage.statements.wikibase_json import entity_data
from heritage.steps.check_target import wanted_by

pytestmark = pytest.mark.shared_data

DATA = Path(os.environ.get("HERITAGE_SHARED_DATA", Path(__file__).parents[4] / "shared/data"))
RECORDED = DATA / "wikibase-recorded"
REFUSED = """
error-bad-monolingual-lang error-bad-time error-bad-time-hours error-bad-time-precision-mismatch
error-coordinate-null-precision error-label-equals-description error-label-too-long
error-not-recognized-language error-string-empty error-string-too-long error-string-trailing-space
error-target-wrong-entity-type
accepted-bad-coordinate-lat accepted-label-leading-space accepted-label-newline accepted-time-feb30
accepted-quantity-amount-nosign
"""
URLS = ["error-bad-url", "error-bad-url-scheme"]
UNSAYABLE = """
accepted-globe-unknown accepted-calendar-unknown accepted-time-timezone accepted-unit-missing-item
error-quantity-bad-unit error-unit-other-site
"""


@pytest.fixture(autouse=True)
def recorded():
    if not RECORDED.is_dir():
        pytest.skip(f"the recorded answers are not at {RECORDED}")


def data_of(name):
    return json.loads(json.loads((RECORDED / f"{name}.json").read_text("utf-8"))["request"]["params"]["data"])


def value_of(snak):
    if snak["snaktype"] != "value":
        return UNKNOWN
    value = snak["datavalue"]["value"]
    match snak["datavalue"]["type"]:
        case "string":
            return TextValue(value)
        case "wikibase-entityid":
            return ItemValue(value["id"])
        case "monolingualtext":
            return MonolingualValue(value["language"], value["text"])
        case "globecoordinate":
            return CoordinateValue(value["latitude"], value["longitude"], value["precision"] or 0.0)
        case "time":
            return TimeValue(value["time"], value["precision"], Calendar.GREGORIAN)
        case "quantity":
            return QuantityValue(value["amount"])
    raise AssertionError(snak)


def content_of(data):
    return Content(
        labels={lang: term["value"] for lang, term in data.get("labels", {}).items()},
        descriptions={lang: term["value"] for lang, term in data.get("descriptions", {}).items()},
        statements=tuple(
            Statement(c["mainsnak"]["property"], value_of(c["mainsnak"]), Kind.PLACE, ())
            for c in data.get("claims", [])
        ),
    )


@pytest.mark.parametrize("name", REFUSED.split())
def test_what_was_refused_or_is_wrong_is_left_out(name):
    content = content_of(data_of(name))
    kept, findings = sendable(content)
    assert kept != content
    assert findings


@pytest.mark.parametrize("name", URLS)
def test_an_address_that_was_refused_is_left_out(name):
    [claim] = data_of(name)["claims"]
    address = Statement("P854", value_of(claim["mainsnak"]), Kind.PLACE, ())
    assert sendable(Content(statements=(address,)))[0].empty


@pytest.mark.parametrize("name", UNSAYABLE.split())
def test_some_of_what_is_wrong_cannot_be_said_at_all(name):
    """Our values have no globe, calendar of their own, time zone or unit: the right one is always sent."""
    [claim] = data_of(name)["claims"]
    kind, held = (claim["mainsnak"]["datavalue"][key] for key in ("type", "value"))
    if kind == "quantity":
        assert snak_value(claim["mainsnak"]) is None
    sent = Statement("P1", value_of(claim["mainsnak"]), Kind.PLACE, ())
    [said] = entity_data(Content(statements=(sent,)), "edit", None)["claims"]
    value = said["mainsnak"]["datavalue"]["value"]
    assert value != held
    assert value.get("globe", EARTH) == EARTH
    assert value.get("calendarmodel", CALENDARS[Calendar.GREGORIAN]) in CALENDARS.values()
    assert value.get("timezone", 0) == 0


def test_a_number_that_was_refused_for_a_text_is_for_the_check_of_the_wiki():
    content = content_of(data_of("error-wrong-datavalue-type"))
    assert wanted_by([content]).properties == {"P217": frozenset({"quantity"})}
