"""Floor 6. The headless front: an engine in this process, spoken to through the door."""
