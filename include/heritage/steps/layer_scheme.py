"""The scheme that a layer is read by."""

from heritage.errors import SpecError
from heritage.model.evidence import Axis
from heritage.ports.vocabularies import Vocabularies
from heritage.risk.scheme import Scheme
from heritage.spec.layer import LayerSpec


def layer_scheme(spec: LayerSpec, vocabularies: Vocabularies) -> Scheme:
    """The scheme that the description names.

    Raises SpecError when there is none of that name, and when it speaks of something else than exposure:
    that a place lies in an area proves no damage to it.
    """
    scheme = vocabularies.scheme(spec.layer.scheme)
    if scheme.axis is not Axis.EXPOSURE:
        raise SpecError(
            f"{spec.id}: layer.scheme: {scheme.id} speaks of {scheme.axis.value}, not of exposure: an area "
            "proves no damage. Name or write a scheme with `axis: exposure`."
        )
    return scheme
