"""What the catalogue itself can count: each figure with its formula, its source and its items."""
