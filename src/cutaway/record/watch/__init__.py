"""Statistics of every layer during training: `SummaryWriter.watch`. What is imported here needs PyTorch."""
