"""Images for Wikimedia Commons: what a file is called, what its page says, and what it must not carry."""
