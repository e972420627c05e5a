"""What the running system can show: one dossier per channel, and a whole year replayed."""
