"""What the page Uploads says of licences, in the words of the report."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from heritage.adapters.reports.risk_words import many, readable
from heritage.adapters.reports.words import LICENCE_ANSWERS, licence_name, plain_licences, with_commands

UPLOAD_WORDS: Mapping[str, Any] = MappingProxyType(
    {
        "licence_answers": LICENCE_ANSWERS,
        "licence_name": licence_name,
        "many": many,
        "plain_licences": plain_licences,
        "readable": readable,
        "with_commands": with_commands,
    }
)
