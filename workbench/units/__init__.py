"""Floor 1. The shape of each kind of plug-in, its typed settings, and how it is found."""
