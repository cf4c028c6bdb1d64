"""Writes that the local engine's DynamoDB refuses, because a test says so.

`DynamoDB_20120810.RefuseWrites` with `{"Error": "InternalServerError", "Status": 500}` has each write fail so, whoever asks for
it: a function, or a state machine by itself. With `"Done": true` the write is done, and only its answer is lost. `{}` ends it.
"""

import json

from engine_connections import EngineChanged, require

_WRITES = ("_put_item", "_update_item", "_delete_item", "_batch_write_item", "_transact_write_items")
_ACTION = "RefuseWrites"


def install():
    """Wraps the engine's functions, or raises EngineChanged."""
    try:
        from ministack.services import dynamodb
    except ImportError as missing:
        raise EngineChanged(f"it has no {missing.name}") from missing
    require(dynamodb, "handle_request", "method path headers body query_params".split())
    for name in _WRITES:
        require(dynamodb, name, ["data"])
        if name not in dynamodb.handle_request.__code__.co_names:
            raise EngineChanged(f"dynamodb.handle_request does not use {name}")
    Writes(dynamodb).install()


class Writes:
    """The wrapped calls."""

    def __init__(self, dynamodb):
        self._dynamodb = dynamodb
        self._handle = dynamodb.handle_request
        self._fault = {}

    def install(self):
        self._dynamodb.handle_request = self.handle
        for name in _WRITES:
            setattr(self._dynamodb, name, self._refusing(getattr(self._dynamodb, name)))

    async def handle(self, method, path, headers, body, query_params):
        if headers.get("x-amz-target", "").endswith(f".{_ACTION}"):
            self._fault = json.loads(body)
            return self._dynamodb.json_response({})
        return await self._handle(method, path, headers, body, query_params)

    def _refusing(self, write):
        def refusing(data):
            fault = self._fault
            if not fault:
                return write(data)
            if fault.get("Done"):
                write(data)
            return self._dynamodb.error_response_json(fault["Error"], "refused by a test", fault["Status"])

        return refusing
