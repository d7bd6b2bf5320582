"""Floor 5. What each screen shows, without a screen."""
