"""Floor 2. HTTP heads, WebSocket frames, event streams: bytes in, facts out; no socket."""
