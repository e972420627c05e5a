"""Filings that their author has not handed in: no code, no clock, nobody else's to see."""
