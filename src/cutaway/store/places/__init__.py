"""Storage places, where log directories lie: the calls that the store makes, and the kinds of storage place."""
