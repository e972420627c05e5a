"""Money: demanded, received, receipted, given back, and paid on the national platform."""
