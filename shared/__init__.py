"""The kernel that every service stands on; nothing in it knows a service."""
