"""Petitions (phản ánh, kiến nghị) about how procedures are handled and who handles them."""
