"""The catalogue of this installation, and its exports."""

from heritage.ports.catalogue import CatalogueEntry
from heritage.spec.loader import load_specs
from heritage.steps.catalogue import catalogue
from heritage.wiring.settings import Settings
from heritage.wiring.stores import snapshot_store


def entries(settings: Settings) -> list[CatalogueEntry]:
    """Every description with its status, broken ones last."""
    specs, failures = load_specs(settings.datasets)
    return list(catalogue(specs, failures, store=snapshot_store(settings)))


def exported(settings: Settings, convention: str, address: str) -> str:
    """The catalogue in a convention of the field: `dcat` (Turtle) or `schema-org` (JSON-LD)."""
    if convention == "dcat":
        from heritage.adapters.exports.dcat import dcat_ap

        return dcat_ap(entries(settings), address)
    from heritage.adapters.exports.schema_org import schema_org

    return schema_org(entries(settings), address)
