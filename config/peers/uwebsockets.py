"""The peer uWebSockets (C++, by way of socketify): whoever opens /ROOM hears every text frame of that room.

    uwebsockets.py HOST PORT CERTIFICATE KEY

The fan-out is uWebSockets' own publish; Python is called once for each message that comes in.
"""

import sys

from socketify import App, AppListenOptions, AppOptions, OpCode

host, port, certificate, key = sys.argv[1:]
app = App(AppOptions(key_file_name=key, cert_file_name=certificate))


def upgrade(response, request, context):
    response.upgrade(
        request.get_header("sec-websocket-key"), request.get_header("sec-websocket-protocol"),
        request.get_header("sec-websocket-extensions"), context, request.get_url())


def opened(socket):
    socket.subscribe(socket.get_user_data())
    socket.send("ready", OpCode.TEXT)


def received(socket, text, _):
    if text == "join":
        socket.subscribe(socket.get_user_data())
    elif text == "leave":
        socket.unsubscribe(socket.get_user_data())
    else:
        app.publish(socket.get_user_data(), text, OpCode.TEXT, False)


app.ws("/*", {
    "compression": 0, "idle_timeout": 960, "max_backpressure": 64 << 20, "max_payload_length": 1 << 20,
    "upgrade": upgrade, "open": opened, "message": received,
})
app.listen(AppListenOptions(port=int(port), host=host), lambda _: None)
# Not app.run(), which polls the native loop from one of Python: that costs half of the core even without work.
app.loop.uv_loop.run()
