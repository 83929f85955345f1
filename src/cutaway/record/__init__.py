"""What training code calls to record itself: the SummaryWriter, and one file for each kind of data."""
