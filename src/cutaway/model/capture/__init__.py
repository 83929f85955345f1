"""One file per framework: each turns a model into a `cutaway.model.trace.Trace`."""
