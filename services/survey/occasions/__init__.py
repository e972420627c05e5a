"""When whom to invite to which slip: rules as data, with the days from which they hold."""
