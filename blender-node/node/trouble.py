"""The exception for problems that the user can solve."""


class Trouble(Exception):
    """Its text says what, on which file, why, and what to do."""
