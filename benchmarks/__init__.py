"""Each claimed figure: ours and a named peer, measured in the same run. ``make bench`` runs them all."""
