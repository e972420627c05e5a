"""Brings links to people by mail, short message or Zalo: queued, retried, then forgotten."""
