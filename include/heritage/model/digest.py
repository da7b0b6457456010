"""Content addresses: the same content gives the same digest on every machine and in every order of keys."""

import hashlib
import json
from typing import Any

from heritage import __version__


def digest_bytes(*contents: bytes) -> str:
    """SHA-256 in hex over the contents, each framed by its length so that borders cannot move."""
    total = hashlib.sha256()
    for content in contents:
        total.update(len(content).to_bytes(8, "big"))
        total.update(content)
    return total.hexdigest()


def digest_json(content: Any) -> str:
    """SHA-256 in hex of JSON-able content in canonical form.

    >>> digest_json({"a": 1, "b": 2}) == digest_json({"b": 2, "a": 1})
    True
    """
    return digest_bytes(canonical_json(content).encode())


def canonical_json(content: Any) -> str:
    """Sorted keys, no spaces, text kept in its script."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def inputs_digest(step: str, *parts: str) -> str:
    """What a step's table was made from: step, version of the product, digests of the inputs."""
    return digest_json([step, __version__, *parts])[:16]
