"""The renderers: direct and view3d, and the parts of the first."""
