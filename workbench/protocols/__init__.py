"""Floor 2. Bytes in, facts out: HTTP heads, WebSocket frames, event streams.

No socket, task or clock.
"""
