"""Levels of the stage's log, as ef_node_log takes them."""

INFO, WARNING, ERROR = 0, 1, 2
