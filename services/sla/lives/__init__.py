"""Keeps one row per accepted dossier: what became of it, for reports on single dossiers."""
