"""Watches the promised dates: owns clocks and their ledger, verdicts and the report counters."""
