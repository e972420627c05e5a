"""What finished lives say of a procedure's time: for citizens, and for whoever sets limits."""
