"""Judging at the counter: devices, and short codes that open a slip there."""
