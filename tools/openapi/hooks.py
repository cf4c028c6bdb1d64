"""What the document can't say, for schemathesis: rules over several fields, what has to exist, and where webhooks may be sent."""

from __future__ import annotations

import itertools
import json
import os
import re
from datetime import datetime
from urllib.parse import urlsplit

import schemathesis
from hypothesis import strategies as st
from schemathesis.core import NOT_SET
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase

# A receiver of the test run, and a port of this machine where nothing listens.
RECEIVER = os.environ["HOOKSTEP_RECEIVER"]
TARGETS = [RECEIVER, "http://127.0.0.1:9"]
SCHEME = re.compile(r"[\x00-\x20]*h\s*t\s*t\s*p\s*s?\s*:", re.IGNORECASE)
HOSTS = {urlsplit(target).netloc for target in TARGETS}

# Years that clocks of today can tell.
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2262, 1, 1))
ZONES = st.sampled_from(["Z", "+02:00", "-11:30"])
schemathesis.openapi.format("date-time", st.builds("{}{}".format, MOMENTS.map(datetime.isoformat), ZONES))

PATHS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:/", max_size=20)
schemathesis.openapi.format("url", st.builds(lambda target, path: f"{target}/{path}", st.sampled_from(TARGETS), PATHS))

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|^\s*$")
PEM = {"certificate": re.compile("-----BEGIN CERTIFICATE-----"), "private_key": re.compile("PRIVATE KEY-----")}

WRITES = {"createWebhook", "replaceWebhook", "patchWebhook"}
PAYLOADS = {"triggerWebhook", "testWebhook"}
DOWNLOADS = {"downloadPayload", "downloadResponse"}
ROTATIONS = {"rotateSecret", "rotateSigningKey"}
STATS = {"webhookStats", "stats"}

# What a made-up text is replaced by where it has to be JSONata.
EXPRESSION = '{ "given": $, "id": $event.event_id }'

# Signing secrets that answers have shown.
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{32,}=*")
shown = set()

# Whether the next rotation keeps what it replaces for a while.
graces = itertools.cycle([True, False])


# A webhook of each tenant, an event and a replay of it; and a webhook that is nobody's.
KNOWN = json.loads(os.environ["HOOKSTEP_KNOWN"])
NOBODYS = "wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E"


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Filters of two levels. Deeper ones take it four times as long, and are read by the same code."""
    schemas = raw_schema["components"]["schemas"]
    alternatives = schemas["Filter"]["properties"]["$or"]
    nested = schemas["Filter"]["additionalProperties"]["anyOf"]
    schemas["InnerFilter"] = {"type": "object", "minProperties": 1, "additionalProperties": nested[0]}
    alternatives["items"] = nested[1] = {"$ref": "#/components/schemas/InnerFilter"}


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = operation_id(case)
    if operation == "deleteWebhook":
        if any(case.path_parameters["config_id"] == known["config_id"] for known in KNOWN.values()):
            case.path_parameters["config_id"] = NOBODYS
    elif is_made_up(case):
        # It would lead nowhere.
        known = KNOWN[case.auth_identity or "ada"]
        if operation in DOWNLOADS:
            known = known | {"event_id": known["large_event_id"]}
        case.path_parameters.update({name: known[name] for name in case.path_parameters})
    if operation in WRITES and isinstance(case.body, dict):
        # Whatever is made up, no request leaves this machine.
        case.body = sensible(redirected(case.body))
    if "If-Match" in case.headers and operation != "deleteWebhook" and not is_linked(case):
        # A made-up version is refused before the body is looked at.
        case.headers["If-Match"] = "*"
    if case.meta is not None and case.meta.generation.mode.is_positive:
        if operation in WRITES and isinstance(case.body, dict):
            mend(operation, case.body)
        if operation == "testFilter" and isinstance(case.body, dict) and isinstance(case.body.get("filter"), dict):
            mend_filter(case.body["filter"])
            if len(json.dumps(case.body["filter"])) > 4096:
                case.body["filter"] = {"source": ["shop"]}
        if operation in ROTATIONS and isinstance(case.body, dict) and not next(graces):
            # A fourth within their grace periods would be refused.
            case.body["grace_period_seconds"] = 0
        if operation == "replayEvents" and isinstance(case.body, dict) and case.body.get("from") is not None:
            # A range that has begun, and has not ended in the future.
            case.body.update({"from": "2026-01-01T00:00:00Z", "to": None})
        mend_query(operation, case)


@schemathesis.check
def signing_secrets_are_shown_once(context, response, case):
    """By the call with which Hookstep made one, and by no other after it."""
    operation = operation_id(case)
    if operation == "openApi":
        # Its examples.
        return
    for secret in SECRET.findall(response.text):
        assert operation in WRITES | {"rotateSecret"}, f"{operation} shows a signing secret"
        assert secret not in shown, f"{operation} shows a signing secret that was shown before"
        shown.add(secret)


def operation_id(case) -> str:
    return case.operation.definition.raw.get("operationId", "")


def is_made_up(case) -> bool:
    """Whether it is about a webhook that was not made in a call before."""
    meta = case.meta
    return meta is not None and meta.phase.name != TestPhase.STATEFUL and not meta.is_negative_at(ParameterLocation.PATH)


def is_linked(case) -> bool:
    """Whether the version is that of an answer before, and not an example of the document."""
    is_stateful = case.meta is not None and case.meta.phase.name == TestPhase.STATEFUL
    return is_stateful and case._override is not None and "If-Match" in case._override.headers


def redirected(value: object) -> object:
    """The same with every URL of another host sent to the receiver; what is wrong with it stays wrong."""
    if isinstance(value, dict):
        return {name: redirected(member) for name, member in value.items()}
    if isinstance(value, list):
        return [redirected(item) for item in value]
    if not isinstance(value, str) or not SCHEME.match(value):
        return value
    try:
        parts = urlsplit(value.strip())
    except ValueError:
        return "http:"
    userinfo, at, host = parts.netloc.rpartition("@")
    if host in HOSTS:
        return value
    # Browsers, and Hookstep, find a host in `http:host` as well.
    return parts._replace(scheme="http", netloc=f"{userinfo}{at}{urlsplit(RECEIVER).netloc}").geturl() if host else "http:"


def sensible(body: dict) -> dict:
    """The same without what is right by the schema and can't be right here, so that it does not hide what else there is."""
    expression = body.get("transformation")
    if isinstance(expression, str) and 0 < len(expression) <= 4096 and not CONTROL.search(expression):
        body["transformation"] = EXPRESSION
    if body.get("static_ip") is True:
        # The stack has none.
        del body["static_ip"]
    if body.get("payload_format") == "standard_webhooks" and body.get("event_name") is None:
        body["payload_format"] = "as_is"
    certificate = body.get("client_certificate")
    if isinstance(certificate, dict) and PEM.keys() == certificate.keys():
        if all(isinstance(text, str) and PEM[name].search(text) for name, text in certificate.items()):
            # They do not belong together.
            del body["client_certificate"]
    return body


def mend(operation: str, body: dict) -> None:
    """What the fields of a webhook have to do with one another, and with what there is already."""
    if isinstance(body.get("filter"), dict):
        mend_filter(body["filter"])
    auth = body.get("auth")
    signing = body.get("signing")
    if operation != "createWebhook":
        # Both depend on what there is: half of a certificate, and no secret where one is needed.
        body.pop("client_certificate", None)
        if isinstance(signing, dict) and signing.get("secret", "") is None:
            del signing["secret"]
    if operation == "patchWebhook":
        # What comes of parts depends on what is there.
        for part in ("auth", "filter", "headers"):
            body.pop(part, None)
    elif isinstance(auth, dict):
        if auth.get("type") == "connection":
            # There is none.
            auth = body["auth"] = {"type": "none"}
        secret = {"api_key": "value", "oauth2_client_credentials": "client_secret"}.get(auth.get("type"))
        if secret is not None and auth.get(secret) is None:
            auth[secret] = "s3cret"
        for part in ("headers", "query", "body"):
            forget_kept(auth.get(part))
        if isinstance(auth.get("headers"), dict):
            auth["headers"] = distinct(auth["headers"])
    # Bounds on sums.
    for part, most in (("filter", 4096), ("auth", 4096), ("headers", 8192)):
        if len(json.dumps(body.get(part))) > most:
            del body[part]
    headers = body.get("headers")
    forget_kept(headers)
    if isinstance(headers, dict):
        # Not what `auth` sets.
        own = auth.get("name", "authorization") if isinstance(auth, dict) else "authorization"
        body["headers"] = {
            name: value for name, value in distinct(headers).items() if name.lower() not in ("authorization", own.lower())
        }


def mend_filter(value: object, inside: bool = False) -> None:
    """Numbers that can be compared, ranges that are not empty, and paths that do not stand both inside and outside of `$or`."""
    if isinstance(value, list):
        for element in value:
            mend_filter(element, inside)
    if not isinstance(value, dict):
        return
    for matcher in ("numeric", "anything-but"):
        value.update({matcher: compared(value[matcher])} if matcher in value else {})
    if inside:
        value.update({f"alternative {name}": value.pop(name) for name in list(value) if name != "$or"})
    for name, member in value.items():
        mend_filter(member, name == "$or" and isinstance(member, list))


def compared(argument: object) -> object:
    """The same with numbers that are small, and rise."""
    if isinstance(argument, list):
        return [index if isinstance(part, (int, float)) else part for index, part in enumerate(argument)]
    return 1 if isinstance(argument, (int, float)) else argument


def distinct(headers: dict) -> dict:
    """Of names that differ in case only, one."""
    names = {name.lower(): name for name in headers}
    return {name: headers[name] for name in names.values()}


def forget_kept(values: object) -> None:
    """Takes away what refers to a secret of before."""
    if isinstance(values, dict):
        for name in [name for name, value in values.items() if isinstance(value, dict) and "secret_set" in value]:
            del values[name]


def mend_query(operation: str, case) -> None:
    """A payload is given once: as a body, by its id, or as the newest one. `from` does not lie after `to`."""
    query = case.query or {}
    if operation == "publicKey" and "tenant_id" in query and case.meta.phase.name != TestPhase.STATEFUL:
        # It would lead nowhere.
        query["tenant_id"] = "ada"
    if operation == "previewWebhook" and case.body is not NOT_SET:
        query.pop("event_id", None)
    if operation == "listEvents" and "correlation_id" not in query and query.get("status") not in ("failed", "in_progress"):
        query["status"] = "failed"
        case.query = query
    if operation in PAYLOADS and case.body is not NOT_SET:
        query.pop("payload_id", None)
        query.pop("sample", None)
    if query.get("sample") == "newest":
        query.pop("payload_id", None)
    if {"from", "to"} <= query.keys() or (operation in STATS and "from" in query):
        # Not so long before now that it is refused, either.
        query["to"] = query["from"]
        case.query = query
