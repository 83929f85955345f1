"""PyTorch: a module, or a program of `torch.export`, into a `cutaway.model.trace.Trace`."""
