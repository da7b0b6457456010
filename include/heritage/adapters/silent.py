"""Loggers of libraries that tell addresses and headers whole, with the secrets in them."""

import logging


def silence(*libraries: str) -> None:
    """Nothing of what these log is kept, whatever level somebody sets: what matters is in their errors."""
    for name in libraries:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False  # also when somebody sets the level of one part
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
