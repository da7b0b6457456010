"""Priority reports as files for people and machines."""
