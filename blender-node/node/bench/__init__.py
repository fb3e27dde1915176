"""How long each way of getting pixels out of Blender takes."""
