"""The services; each owns its database and imports no other."""
