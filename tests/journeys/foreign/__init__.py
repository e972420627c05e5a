"""Two worlds far apart: one full of marked secrets, and everybody who must not see them."""
