"""Dossiers that go from the agency that has them to the one that is competent."""
