"""Indices: sets of criteria with points, of Decision 766, of Circular 01/2018 and of plans."""
