"""Journeys: the whole system, every process real, through the gateway."""
