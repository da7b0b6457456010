"""Reads a YAML file into a closed model; what is wrong with it is told with file and key."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from heritage.errors import SpecError
from heritage.spec.yaml_text import read_yaml

Model = TypeVar("Model", bound=BaseModel)


def read_model(path: Path, model: type[Model]) -> Model:
    """The file's content, validated. Raises SpecError naming the file and every key that is wrong."""
    try:
        return model.model_validate(read_yaml(path))
    except ValidationError as error:  # before ValueError, of which it is one
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or 'file'}: {fault['msg']}"
            for fault in error.errors(include_url=False)
        )
        raise SpecError(f"{path.name}: {faults}") from error
    except (OSError, ValueError) as error:
        raise SpecError(f"{path.name}: {error}") from error
