"""What the survey's API takes in and gives out."""
