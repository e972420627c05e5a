"""Integrity signals (dấu hiệu bất thường): what somebody should look at, with the dossiers."""
