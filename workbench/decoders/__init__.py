"""Floor 2. A payload turned into something a person reads; one decoder a file."""
