"""The delivery kernel against a real PostgreSQL and a real broker."""
