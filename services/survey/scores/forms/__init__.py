"""Results as forms to print: one per slip, one per agency, one for a whole province."""
