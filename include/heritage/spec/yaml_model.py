"""Reads a YAML file into a closed model; what is wrong with it is told with file, line and key."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from heritage.errors import SpecError
from heritage.spec.faults import faults
from heritage.spec.yaml_text import read_yaml

Model = TypeVar("Model", bound=BaseModel)


def read_model(path: Path, model: type[Model]) -> Model:
    """The file's content, validated. Raises SpecError naming the file and every key that is wrong."""
    try:
        content = read_yaml(path)
        if not isinstance(content, dict):
            raise ValueError("the file is empty, or no mapping of keys to values")
        return model.model_validate(content)
    except ValidationError as error:  # before ValueError, of which it is one
        raise SpecError(f"{path.name}: {'; '.join(faults(error, path, model))}") from error
    except (OSError, ValueError) as error:
        raise SpecError(f"{path.name}: {error}") from error
