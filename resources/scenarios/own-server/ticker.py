"""A small event-stream server: ten updates a second, the same from every replica.

The number of an update is the time in tenths of a second, so replicas need no common memory and
a client that sends Last-Event-ID is given what it has missed.  Version "broken" does not start.
"""

import argparse
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MOST_REPLAYED = 600


class Ticks(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        last = self.headers.get("Last-Event-ID", "")
        now = int(time.time() * 10)
        number = max(int(last), now - MOST_REPLAYED) if last.isdigit() else now
        while True:
            while number < int(time.time() * 10):
                number += 1
                self.send(number)
            time.sleep(0.02)

    def send(self, number):
        data = json.dumps({"seq": number, "version": self.server.version})
        self.wfile.write(f"id: {number}\ndata: {data}\n\n".encode())

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except ConnectionError:  # the client left
            pass


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--version", default="v1")
    words = parser.parse_args()
    if words.version == "broken":
        sys.exit("cannot read the new configuration")
    server = ThreadingHTTPServer(("127.0.0.1", words.port), Ticks)
    server.daemon_threads = True
    server.version = words.version
    print("listening on", words.port, flush=True)
    server.serve_forever()
