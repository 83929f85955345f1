"""The calls with which training code records itself: the SummaryWriter, and one file for each kind of data."""
