"""Histories brought in."""
