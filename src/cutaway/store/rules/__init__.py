"""What goes wrong in a training, as a sentence each: rules over the statistics of layers, and over scalars."""
