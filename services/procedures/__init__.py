"""Owns the catalogue: agencies, fields, procedures and their versions, working calendars."""
