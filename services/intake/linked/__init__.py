"""Linked lives (liên thông): procedures done together for one person, each its own dossier."""
