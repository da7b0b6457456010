"""What should be done first: criteria, score, and how steady a place in the ranking is. Pure."""
