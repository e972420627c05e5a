"""Search among the procedures in force: by code, by words as people type them, by filters."""
