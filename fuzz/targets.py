"""All targets by name."""

from fuzz import cells, descriptions, given, heads, kept, pages, readers, services, wikis
from fuzz.expected import Target

TARGETS: dict[str, Target] = {
    **readers.TARGETS,
    **services.TARGETS,
    **descriptions.TARGETS,
    **cells.TARGETS,
    **wikis.TARGETS,
    **pages.TARGETS,
    **heads.TARGETS,
    **kept.TARGETS,
    **given.TARGETS,
}
