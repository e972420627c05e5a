"""Working on a dossier: the process it follows, who holds which step, stops and resumptions."""
