"""Beside the tower: the reference real-time service, a program of its own.

A gateway replica holds client connections; a backplane carries updates between replicas. A
position is (stream, epoch, offset): offsets count from 1 without a hole within an epoch.

WebSocket ``/ws``, one JSON object per text message:

* ``{"op": "subscribe", "stream": s}`` live only; with ``"after": {"epoch", "offset"}`` everything
  behind that position first; with ``"snapshot": true`` the latest value per key first.
  Answers: ``subscribed`` (``offset`` is the top at that moment; ``recovered`` is a claim), then
  ``update`` (``"replayed": true`` on those older than the answer) or ``snapshot``; or ``too_old``,
  and then nothing until the client subscribes again. ``too_old`` may also come later, when
  the backplane has lost or trimmed what the client still needed.
* ``{"op": "publish", "stream", "payload", "key"?, "id"?}``: ``ack`` once durable.
* ``{"op": "unsubscribe", "stream"}``: ``unsubscribed``. ``{"op": "ping"}``: ``pong``.
* Anything else: ``error`` with ``code`` and ``message``; the connection stays.

HTTP: ``GET /events?stream=`` (event stream; ``id: <epoch>:<offset>``), ``POST /publish``,
``GET /updates?stream=&after=<epoch>:<offset>&wait=S&limit=N``, ``GET /snapshot?stream=``,
``GET /healthz``, ``POST /drain``, ``GET /``.
"""
