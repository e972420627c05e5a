"""What integrators rely on within a version of the API, and what would break it."""
