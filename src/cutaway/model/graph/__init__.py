"""A model's graph as something to draw: groups in groups, nodes in them, edges between nodes."""
