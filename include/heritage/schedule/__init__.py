"""The calendar of uploads: what can be done in which week, and what goes when. Pure."""
