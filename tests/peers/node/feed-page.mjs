// Runs in the page: a reader by native WebSocket (with a small reconnect loop of its own, resuming
// or not) or by native EventSource. What it handled is its log.
window.read = function (address, resume) {
  const log = { handled: [], opens: 0, errors: 0, closed: false };
  const take = (event) => log.handled.push(JSON.parse(event.data).seq);
  if (address.startsWith("http")) {
    const source = new EventSource(address);
    source.onopen = () => (log.opens += 1);
    source.onmessage = take;
    source.onerror = () => {
      log.errors += 1;
      log.closed = source.readyState === EventSource.CLOSED;
    };
    return log;
  }
  const connect = () => {
    const socket = new WebSocket(address);
    socket.onopen = () => {
      log.opens += 1;
      const after = log.handled.at(-1);
      const asks = resume && after !== undefined ? { after } : {};
      socket.send(JSON.stringify({ type: "subscribe", ...asks }));
    };
    socket.onmessage = take;
    socket.onclose = () => setTimeout(connect, 300);
  };
  connect();
  return log;
};
