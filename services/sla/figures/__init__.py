"""Figures by name, each a numerator over a denominator, for indices, schemes and targets."""
