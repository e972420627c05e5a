"""A process that says hello, and that all is well: `python -m tests.deploy.answering <port>`."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answer(BaseHTTPRequestHandler):
    """Answers every GET with 200."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()


if __name__ == "__main__":
    port = int(sys.argv[1])
    print("xin chào from", port)
    ThreadingHTTPServer(("127.0.0.1", port), Answer).serve_forever()
