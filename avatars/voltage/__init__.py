"""Voltage, a character of the electric night."""
