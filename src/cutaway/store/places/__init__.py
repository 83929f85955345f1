"""Where log directories lie: what the store asks of a place, and the kinds of place that there are."""
