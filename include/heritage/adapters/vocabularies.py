"""Reads the vocabularies from YAML files below one folder (`datasets/_vocabularies`)."""

import re
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from heritage.disclosure.rules import DisclosureRules
from heritage.errors import SpecError
from heritage.licence.gate import Licences
from heritage.risk.combine import Combination
from heritage.risk.scheme import Scheme

Model = TypeVar("Model", bound=BaseModel)


class YamlVocabularies:
    """`root` holds licences.yaml, disclosure.yaml and risk/<scheme>.yaml."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def scheme(self, scheme_id: str) -> Scheme:
        if not re.fullmatch(r"[a-z0-9_]+", scheme_id) or scheme_id == "combination":
            raise SpecError(f"risk.scheme: {scheme_id!r} is not the name of a scheme (a-z, 0-9 and _)")
        path = self._root / "risk" / f"{scheme_id}.yaml"
        if not path.is_file():
            known = sorted(p.stem for p in path.parent.glob("*.yaml") if p.stem != "combination")
            raise SpecError(f"risk.scheme: there is no scheme {scheme_id!r}; known are {', '.join(known)}")
        scheme = _read(path, Scheme)
        if scheme.id != scheme_id:
            raise SpecError(f"{path.name}: id: {scheme.id!r} must be the name of the file")
        return scheme

    def combination(self) -> Combination:
        return _read(self._root / "risk" / "combination.yaml", Combination)

    def disclosure(self) -> DisclosureRules:
        return _read(self._root / "disclosure.yaml", DisclosureRules)

    def licences(self) -> Licences:
        return _read(self._root / "licences.yaml", Licences)


def _read(path: Path, model: type[Model]) -> Model:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return model.model_validate(content)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SpecError(f"{path.name}: not readable as YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or 'file'}: {fault['msg']}"
            for fault in error.errors(include_url=False)
        )
        raise SpecError(f"{path.name}: {faults}") from error
