"""Floor 3. What is started, drained and stopped: server processes under a guard."""
