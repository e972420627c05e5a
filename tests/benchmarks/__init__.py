"""Measurements, run one by one as modules."""
