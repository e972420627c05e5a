"""Slips that look like ballot stuffing are counted apart until an officer decided on them."""
