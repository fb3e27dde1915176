"""What the characters are built with."""
