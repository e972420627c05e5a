"""Tests of working time; they need nothing running."""
