"""Proofs of the whole system: units, contracts, journeys and benchmarks."""
