"""The gateway in front of small real servers."""
