"""Models: capture one, count its costs, summarise and draw it."""
