"""What the steps need from the outside, as small Protocols; `adapters` provide them, `wiring` chooses."""
