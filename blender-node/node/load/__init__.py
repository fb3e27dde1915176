"""Loads the file of a character: .blend or glTF, checked, with a scene camera and lights."""
