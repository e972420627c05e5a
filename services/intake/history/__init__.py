"""Dossiers of other systems, brought in whole: each a line of JSON with its real times."""
