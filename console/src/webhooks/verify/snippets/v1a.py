# pip install cryptography
import base64
import os
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

PUBLIC_KEYS = ["PUBLIC_KEY_PEM"]
KEYS = [load_pem_public_key(pem.encode()) for pem in PUBLIC_KEYS]
TOLERANCE_SECONDS = 300


def is_genuine(headers, body: bytes) -> bool:
    try:
        event_id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
        if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
            return False
        message = f"{event_id}.{timestamp}.".encode() + body
        signatures = [one.partition(",") for one in headers["webhook-signature"].split(" ")]
        decoded = [base64.b64decode(text) for scheme, _, text in signatures if scheme == "v1a"]
    except (AttributeError, TypeError, ValueError):
        return False
    return any(verifies(key, signature, message) for signature in decoded for key in KEYS)


def verifies(key, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
        return True
    except InvalidSignature:
        return False


class Receiver(BaseHTTPRequestHandler):
    def do_METHOD(self):
        # The body as it came: parse it after it is verified.
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        # If it is genuine: an event that comes again has the same webhook-id, drop it.
        self.send_response(204 if is_genuine(self.headers, body) else 401)
        self.end_headers()


HTTPServer(("", int(os.environ.get("PORT", "8080"))), Receiver).serve_forever()
