"""A server that sends numbered text messages at a steady rate, and a client that drinks them.

Run as a program it is the server: ``python -m tests.system.flood RATE`` says its port.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import threading

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

BEAT = 0.01


async def _serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rate: int) -> None:
    protocol = ServerProtocol()
    while True:
        protocol.receive_data(await reader.read(4096))
        events = protocol.events_received()
        if events:
            break
    request = events[0]
    assert isinstance(request, Request)
    protocol.send_response(protocol.accept(request))
    writer.write(b"".join(protocol.data_to_send()))
    number, batch = 0, max(1, int(rate * BEAT))
    loop = asyncio.get_running_loop()
    due = loop.time()
    try:
        while True:
            frames = []
            for _ in range(batch):
                number += 1
                text = b'{"seq":%d,"fill":"%s"}' % (number, b"x" * 70)
                frames.append(Frame(Opcode.TEXT, text).serialize(mask=False))
            writer.write(b"".join(frames))
            await writer.drain()
            due += BEAT
            await asyncio.sleep(max(0.0, due - loop.time()))
    except ConnectionError:
        writer.close()


async def _main(rate: int) -> None:
    server = await asyncio.start_server(
        lambda reader, writer: _serve_one(reader, writer, rate), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class Drinker:
    """Opens a WebSocket by hand and reads until the other side is gone."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.sendall(
            b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            b"Sec-WebSocket-Version: 13\r\n\r\n" % port
        )
        self.bytes = 0
        self._thread = threading.Thread(target=self._drink, daemon=True)
        self._thread.start()

    def _drink(self) -> None:
        try:
            while data := self._socket.recv(1 << 18):
                self.bytes += len(data)
        except OSError:
            return

    def close(self) -> None:
        """Stop."""
        self._socket.close()
        self._thread.join(10)


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
