"""What intake's API takes in and gives out."""
