"""Results: what was answered, counted and turned into the figures of the law."""
