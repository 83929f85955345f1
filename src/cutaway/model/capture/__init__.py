"""One file for each framework or file format: a model, or a file, into a `cutaway.model.trace.Trace`."""
