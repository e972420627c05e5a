"""Catalogue files: taken in whole, read in pieces, compared, and published once approved."""
