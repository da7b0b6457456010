"""Reads the settings of reconciliation from `datasets/_vocabularies/reconcile`."""

import json
from pathlib import Path

import yaml

from heritage.errors import SpecError
from heritage.model.digest import digest_bytes
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
    try:
        thresholds, words, learning = (yaml.safe_load(contents[name]) for name in _FILES[:3])
        model = json.loads(contents["model.json"])
        return Settings(
            vocabulary=Vocabulary.parse(words),
            pair_model=Additive.parse(model["pair"]),
            rival_model=Additive.parse(model["rivals"]),
            learning=Learning.parse(learning),
            digest=digest_bytes(*contents.values()),
            **{name: value for name, value in thresholds.items() if name != "version"},
        )
    except (KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise SpecError(f"{folder}: the settings of reconciliation are not usable: {error!r}.") from error
