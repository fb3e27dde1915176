"""A friendly fox in an autumn dusk."""
