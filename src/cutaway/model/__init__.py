"""What a model is: capture it, count its costs, summarise and draw it."""
