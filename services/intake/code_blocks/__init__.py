"""Blocks of dossier codes lent to counters that work without the network."""
