"""What every check stands on: the life of a client, what it was owed, what it got."""
