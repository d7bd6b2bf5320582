"""Floor 2. What a message means: stream, epoch, offset, kind; one dialect a file."""
