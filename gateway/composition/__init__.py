"""A dossier with everything around it in one answer; a part that is away is named."""
