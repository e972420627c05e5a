"""Visits at home (tại nhà): an officer comes to guide, to take papers in, to bring a result."""
