"""The renderers direct and view3d, and what they need: evaluation, timeline, materials."""
