"""The one exception for what the user can set right."""


class Trouble(Exception):
    """Its text says what, on which file, why, and what to do."""
