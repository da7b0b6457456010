"""A sentence of ours that can be said in other languages: what it says, and how it was put together."""

from collections.abc import Mapping
from typing import Any, TypeAlias

Value: TypeAlias = "str | int | float"


class Said(str):
    """The English sentence itself, which also knows its template and what stands in its gaps.

    A page translates the `template` and fills it with the `values`; one that is a Said is translated too.
    Without values nothing is filled in, so that a sentence from before there were templates, or the words of
    a person, stand as they are, braces and all.

    >>> said = Said("{n} of {total} records", {"n": 3, "total": 8})
    >>> said, said.template, said.values["n"]
    ('3 of 8 records', '{n} of {total} records', 3)
    >>> Said("as {somebody} wrote it").text
    'as {somebody} wrote it'
    """

    template: str
    values: dict[str, Value]

    def __new__(cls, template: str, values: Mapping[str, Value] | None = None) -> "Said":
        said = super().__new__(cls, template.format(**values) if values else template)
        said.template, said.values = str(template), dict(values or {})
        return said

    @property
    def text(self) -> str:
        """In English."""
        return str(self)

    def __repr__(self) -> str:
        return str.__repr__(self)

    def __getnewargs__(self) -> tuple[str, dict[str, Value]]:  # type: ignore[override]  # str has one
        return self.template, self.values

    @classmethod
    def read(cls, content: Any) -> "Said":
        """From what `stored` gave, or from a plain sentence. Raises ValueError for anything else."""
        if isinstance(content, Said):
            return content
        if isinstance(content, str):
            return cls(content)
        try:
            values = {
                str(name): cls.read(value) if isinstance(value, dict) else value
                for name, value in content["values"].items()
            }
            return cls(content["template"], values)
        except (TypeError, KeyError, IndexError, AttributeError) as error:
            raise ValueError(f"this is no sentence: {error}") from error

    @classmethod
    def stored(cls, said: Any) -> Any:
        """As JSON: a plain sentence where nothing stands in gaps."""
        if not isinstance(said, Said):
            return said
        if not said.values:
            return said.template
        values = {name: cls.stored(value) for name, value in said.values.items()}
        return {"template": said.template, "values": values}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        written = core_schema.plain_serializer_function_ser_schema(cls.stored)
        return core_schema.no_info_plain_validator_function(cls.read, serialization=written)


UNSAID = Said("")
"""Where there is nothing to say."""
