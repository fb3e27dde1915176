"""Files of characters: found, checked, loaded."""
