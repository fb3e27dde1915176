"""Which coefficient moves what in a character."""
