"""The pages and documents that are made from the code."""
