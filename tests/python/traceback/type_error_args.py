def connect(host, port, *, timeout):
    return host, port, timeout


connect("localhost", timeout=3)
