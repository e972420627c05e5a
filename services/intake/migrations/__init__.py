"""Schema changes of intake's database."""
