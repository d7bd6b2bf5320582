"""Floor 2. How a connection breaks; one fault a file."""
