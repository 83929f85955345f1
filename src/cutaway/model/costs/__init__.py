"""What a model costs, read from its trace."""
