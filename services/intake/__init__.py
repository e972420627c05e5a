"""Intake receives dossiers and guides them to a result; it owns dossiers, papers and codes."""
