"""Descriptions of registers whose files lie beside the repository (marker `shared_data`)."""

from typing import Any

INDIA: dict[str, Any] = {
    "harvest": {"url": "https://example.org/asi-monuments.csv"},
    "record": {
        "id": "mon_num",
        "name": {"en": ["monumentna", "descriptio"]},
        "point": {"x": "long", "y": "lat"},
        "municipality": "district",
        "address": "location",
        "type": None,
    },
    "ignore": ["entry", "gid", "state", "asicircle", "photo", "pb_name"],
    "personal": [],
    "item": {"country": "Q668", "classes": {}},
    "checks": {"rows": [3000, 4500], "fill": {"name": 0.99, "point": 0.8}},
}
TOKYO: dict[str, Any] = {
    "kind": "site",
    "harvest": {"url": "https://example.org/tokyo.csv", "encoding": "cp932"},
    "record": {
        "id": "JASID",
        "name": {"ja": "遺跡名", "ja-Hira": "ふりがな"},
        "point": {"x": "経度", "y": "緯度"},
        "type": "種別",
        "address": "所在地",
    },
    "ignore": ["自治体コード", "遺跡番号", "時代", "主な出土品"],
    "personal": [],
    "item": {"country": "Q17", "class": "Q839954", "classes": {}},
    "checks": {"rows": [2000, 6000], "fill": {"name": 0.9, "point": 0.9}},
}
