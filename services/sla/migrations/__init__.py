"""How the database of sla came to be."""
