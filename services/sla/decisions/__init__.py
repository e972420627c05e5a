"""What a head decides about one dossier's limit, and what becomes of the decision."""
