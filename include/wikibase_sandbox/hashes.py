"""Hashes of snaks and references, byte for byte those of a real Wikibase.

pywikibot and other clients treat them as opaque, but a reference is addressed by its hash, so a
client that keeps hashes from Wikidata must meet the same ones here. A snak hash is the SHA-1 of
PHP's `serialize()` of the snak object; the forms below reproduce the recorded hashes.
"""

import hashlib
import json
from collections.abc import Iterable

from wikibase_sandbox.types import Json

_MODEL = "Wikibase\\DataModel"
_SNAK_CLASSES = {
    "value": f"{_MODEL}\\Snak\\PropertyValueSnak",
    "somevalue": f"{_MODEL}\\Snak\\PropertySomeValueSnak",
    "novalue": f"{_MODEL}\\Snak\\PropertyNoValueSnak",
}


def _sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _object(php_class: str, data: str) -> str:
    return f'C:{len(php_class)}:"{php_class}":{len(data.encode())}:{{{data}}}'


def _string(text: str) -> str:
    return f's:{len(text.encode())}:"{text}";'


def _array(*items: str) -> str:
    return f"a:{len(items)}:{{{''.join(f'i:{i};{item}' for i, item in enumerate(items))}}}"


def _json_list(*items: object) -> str:
    return json.dumps(items, separators=(",", ":")).replace("/", "\\/")


def _decimal(amount: str) -> str:
    return _object("DataValues\\DecimalValue", _string(amount))


def _quantity(value: Json) -> str:
    amount, unit = _decimal(value["amount"]), _string(value["unit"])
    if "upperBound" not in value:
        return _object("DataValues\\UnboundedQuantityValue", _array(amount, unit))
    upper, lower = _decimal(value["upperBound"]), _decimal(value["lowerBound"])
    return _object("DataValues\\QuantityValue", _array(amount, unit, upper, lower))


def _data_value(datavalue: Json) -> str:
    value = datavalue["value"]
    match datavalue["type"]:
        case "wikibase-entityid":
            kind = "ItemId" if value["entity-type"] == "item" else "NumericPropertyId"
            entity = _object(f"{_MODEL}\\Entity\\{kind}", value["id"])
            return _object(f"{_MODEL}\\Entity\\EntityIdValue", entity)
        case "monolingualtext":
            parts = _array(_string(value["language"]), _string(value["text"]))
            return _object("DataValues\\MonolingualTextValue", parts)
        case "time":
            keys = ["time", "timezone", "before", "after", "precision", "calendarmodel"]
            return _object("DataValues\\TimeValue", _json_list(*(value[key] for key in keys)))
        case "globecoordinate":
            keys = ["latitude", "longitude", "altitude", "precision", "globe"]
            data = _json_list(*(value[key] for key in keys))
            return _object("DataValues\\Geo\\Values\\GlobeCoordinateValue", data)
        case "quantity":
            return _quantity(value)
        case _:
            return _object("DataValues\\StringValue", str(value))


def snak_hash(snak: Json) -> str:
    """Return the SHA-1 by which a Wikibase names this snak."""
    php_class = _SNAK_CLASSES[snak["snaktype"]]
    if snak["snaktype"] != "value":
        return _sha1(_object(php_class, snak["property"]))
    return _sha1(_object(php_class, _array(_string(snak["property"]), _data_value(snak["datavalue"]))))


def reference_hash(reference: Json) -> str:
    """Return the SHA-1 by which a reference is addressed; the order of its snaks is irrelevant."""
    return joint_hash(snak_hash(snak) for snaks in reference["snaks"].values() for snak in snaks)


def joint_hash(snak_hashes: Iterable[str]) -> str:
    """Return the hash of a reference by those of its snaks."""
    return _sha1("|".join(sorted(snak_hashes)))
