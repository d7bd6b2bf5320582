"""The Faults dock: what can be done once, and what is on for a while (UX section 11)."""
