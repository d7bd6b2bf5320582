"""Floor 2. How a server is replaced; one strategy a file."""
