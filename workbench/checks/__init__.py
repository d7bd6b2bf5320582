"""Floor 2. A history in, findings out; one check a file."""
