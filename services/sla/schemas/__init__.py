"""What sla's API takes in and gives out."""
