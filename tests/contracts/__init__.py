"""Contracts: what services and outsiders may rely on."""
