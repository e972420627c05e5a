"""Steps (bước xử lý): who has a dossier in hand, and whether each does it in time."""
