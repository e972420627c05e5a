"""Files that people hand in: taken in whole, attached to dossiers, given out, and let go."""
