"""Migrations of the survey's database."""
