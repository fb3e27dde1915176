"""The report on a character (effigy avatar check): examination, text, contact sheet."""
