"""The SQL side: what people decided and what was done to the world, on SQLite or PostgreSQL."""
