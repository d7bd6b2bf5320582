"""Floor 3. The only asyncio sockets of the user's traffic: clients, recording proxy, balancer."""
