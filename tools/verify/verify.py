"""Checks signatures with libraries that are not Hookstep's: one JSON line per case in, one per case out.

A case: {"id", "timestamp", "signature", "key", and "body" (base64) or "body_file"}. The key is a secret (whsec_...), a public key
(whpk_...) or a public key in PEM. The answer: {"verdicts": {library: "good" | "bad" | "not_applicable: why" | "error: what"}}.

"bad" is what a library says in the way in which it refuses signatures. Any other exception is an "error", so that a case that is
broken for another reason does not look like a signature that was refused.
"""

import base64
import json
import sys
from pathlib import Path

import openai
import standardwebhooks
import svix.webhooks
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PUBLIC = ("whpk_", "-----BEGIN PUBLIC KEY-----")
# Makes no call; it wants to know whom it would call.
OPENAI = openai.OpenAI(api_key="none", base_url="http://127.0.0.1:9")


def with_standardwebhooks(case: dict, body: bytes) -> None:
    standardwebhooks.Webhook(case["key"]).verify(body, headers(case), json_parse=False)


def with_svix(case: dict, body: bytes) -> None:
    svix.webhooks.Webhook(case["key"]).verify(body, headers(case))


def with_openai(case: dict, body: bytes) -> None:
    OPENAI.webhooks.verify_signature(body, headers(case), secret=case["key"])


def with_cryptography(case: dict, body: bytes) -> None:
    """The scheme as its specification says it, on primitives of a library: for keys and bodies that no other library takes."""
    signed = f"{case['id']}.{case['timestamp']}.".encode() + body
    if case["key"].startswith(PUBLIC):
        key = public_key(case["key"])
        check_any(case, "v1a", lambda signature: key.verify(signature, signed))
    else:
        secret = base64.b64decode(case["key"].removeprefix("whsec_"), validate=True)

        def check(signature: bytes) -> None:
            code = hmac.HMAC(secret, hashes.SHA256())
            code.update(signed)
            code.verify(signature)

        check_any(case, "v1", check)


def check_any(case: dict, scheme: str, check) -> None:
    for one in case["signature"].split(" "):
        name, _, signature = one.partition(",")
        if name == scheme:
            try:
                return check(base64.b64decode(signature, validate=True))
            except InvalidSignature:
                pass
    raise InvalidSignature


def public_key(text: str) -> Ed25519PublicKey:
    if text.startswith("whpk_"):
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text.removeprefix("whpk_"), validate=True))
    key = serialization.load_pem_public_key(text.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError(f"the PEM holds a {type(key).__name__}")
    return key


def headers(case: dict) -> dict:
    return {f"webhook-{name}": case[name] for name in ("id", "timestamp", "signature")}


# A library, the exception by which it refuses, and whether it takes the body as text and knows v1 only.
LIBRARIES = {
    "python standardwebhooks": (with_standardwebhooks, standardwebhooks.WebhookVerificationError, True),
    "python svix": (with_svix, svix.webhooks.WebhookVerificationError, True),
    "python openai": (with_openai, openai.InvalidWebhookSignatureError, True),
    "python cryptography": (with_cryptography, InvalidSignature, False),
}


def verdict(case: dict, body: bytes, library: str) -> str:
    verify, refusal, takes_text_and_v1_only = LIBRARIES[library]
    if takes_text_and_v1_only:
        if case["key"].startswith(PUBLIC):
            return "not_applicable: it knows no v1a"
        if not is_text(body):
            return "not_applicable: it takes a body that is UTF-8 only"
    try:
        verify(case, body)
    except refusal:
        return "bad"
    except Exception as error:
        return f"error: {type(error).__name__}: {error}"
    return "good"


def is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def main() -> None:
    for line in sys.stdin:
        case = json.loads(line)
        body = Path(case["body_file"]).read_bytes() if "body_file" in case else base64.b64decode(case["body"])
        answer = {"verdicts": {library: verdict(case, body, library) for library in LIBRARIES}}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
