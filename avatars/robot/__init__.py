"""Robot, a friendly machine whose face is moved by hooks."""
