"""pyarrow's functions of columns. Their published types know fewer arguments than the functions take, so
they are `Any` here: what goes in and out is said in the docstrings, and held by the schemas of `tables`."""

from typing import Any, TypeAlias

import pyarrow.compute

pc: Any = pyarrow.compute
Array: TypeAlias = Any
"""A pyarrow Array or ChunkedArray."""
