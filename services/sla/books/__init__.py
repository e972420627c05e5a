"""The tracking book (sổ theo dõi hồ sơ; form 07 of Circular 03/2025, 06 of 01/2018)."""
