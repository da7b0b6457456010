"""All targets by name."""

from fuzz import cells, descriptions, pages, readers, services, wikis
from fuzz.expected import Target

TARGETS: dict[str, Target] = {
    **readers.TARGETS,
    **services.TARGETS,
    **descriptions.TARGETS,
    **cells.TARGETS,
    **wikis.TARGETS,
    **pages.TARGETS,
}
