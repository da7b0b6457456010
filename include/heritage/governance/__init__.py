"""How people decide: who may vote, what the votes come to, and a log that cannot be bent. Pure."""
