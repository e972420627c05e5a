"""Counting open clocks anew by another calendar version: what would move, and moving it."""
