"""Reads the settings of reconciliation from `datasets/_vocabularies/reconcile`."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from heritage.errors import SpecError
from heritage.model.digest import digest_bytes
from heritage.reconcile.features import DIRECTION
from heritage.reconcile.model import Additive
from heritage.reconcile.settings import Learning, Settings, Vocabulary

_FILES = ("settings.yaml", "words.yaml", "unsupervised.yaml", "model.json")


def load_settings(folder: Path) -> Settings:
    """Thresholds, vocabulary, the model and how a register learns another; `digest` covers them all.

    Raises SpecError naming the file.
    """
    try:
        contents = {name: (folder / name).read_bytes() for name in _FILES}
    except OSError as error:
        raise SpecError(f"{error.filename}: cannot be read ({error.strerror}).") from error
    return _parsed(folder, tuple(contents.values()))


@lru_cache(maxsize=4)
def _parsed(folder: Path, contents: tuple[bytes, ...]) -> Settings:
    """Kept by what the files say: a page asks for each record that it shows."""
    try:
        thresholds, words, learning = map(yaml.safe_load, contents[:3])
        model = json.loads(contents[3])
        return Settings(
            vocabulary=Vocabulary.parse(words),
            pair_model=Additive.parse(model["pair"]),
            rival_model=Additive.parse(model["rivals"]),
            learning=_learning(learning),
            digest=digest_bytes(*contents),
            **{name: value for name, value in thresholds.items() if name != "version"},
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, yaml.YAMLError) as error:
        raise SpecError(f"{folder}: the settings of reconciliation are not usable: {error!r}.") from error


def _learning(content: Any) -> Learning:
    """Only of what is compared, with levels that rise."""
    learning = Learning.parse(content)
    for name, edges in learning.levels.items():
        if name not in DIRECTION:
            raise ValueError(f"unsupervised.yaml, levels: nothing that is compared is called {name}")
        if not edges or list(edges) != sorted(set(edges)):
            raise ValueError(f"unsupervised.yaml, levels: those of {name} must rise")
    return learning
