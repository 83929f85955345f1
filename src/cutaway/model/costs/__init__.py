"""The costs of a model, read from its trace."""
