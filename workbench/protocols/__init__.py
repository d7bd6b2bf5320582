"""Floor 2. Bytes in, facts out: HTTP heads, WebSocket frames, event streams; no socket, task or clock."""
