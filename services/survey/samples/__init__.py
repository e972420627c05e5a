"""Random samples of returned dossiers for sociological surveys (điều tra xã hội học)."""
