"""The survey service on a real database."""
