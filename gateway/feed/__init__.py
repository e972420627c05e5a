"""The events as a feed that is read by cursor."""
