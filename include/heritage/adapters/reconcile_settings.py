"""Reads the settings of reconciliation from `datasets/_vocabularies/reconcile`."""

import json
from pathlib import Path

import yaml

from heritage.errors import SpecError
from heritage.model.digest import digest_bytes
from heritage.reconcile.model import Additive
from heritage.reconcile.settings import Settings, Vocabulary

_FILES = ("settings.yaml", "words.yaml", "model.json")


def load_settings(folder: Path) -> Settings:
    """Thresholds, vocabulary and model; `digest` covers them all. Raises SpecError naming the file."""
    try:
        contents = {name: (folder / name).read_bytes() for name in _FILES}
    except OSError as error:
        raise SpecError(f"{error.filename}: cannot be read ({error.strerror}).") from error
    try:
        thresholds, words = (yaml.safe_load(contents[name]) for name in _FILES[:2])
        model = json.loads(contents["model.json"])
        return Settings(
            vocabulary=Vocabulary.parse(words),
            pair_model=Additive.parse(model["pair"]),
            rival_model=Additive.parse(model["rivals"]),
            digest=digest_bytes(*contents.values()),
            **{name: value for name, value in thresholds.items() if name != "version"},
        )
    except (KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise SpecError(f"{folder}: the settings of reconciliation are not usable: {error!r}.") from error
