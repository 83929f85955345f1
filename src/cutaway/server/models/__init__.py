"""The models of a log: the one place of the server where records meet `cutaway.model`, which knows their content."""
