"""Streams of tables as Lambda hands them to functions, in the local engine, which hands over a record as soon as it is there.

In AWS an event source mapping gathers records for MaximumBatchingWindowInSeconds, or until there are BatchSize of them or 6 MB;
with TumblingWindowInSeconds an invocation names its shard and its window; records are in the order of their sequence numbers; and
a batch that is being worked on keeps no other event source waiting. The engine does none of that, and forgets at a restart
what was not handed over. `install` puts its own in place of the engine's. Each table has one shard, and each mapping of a table
is taken to have a window (the engine does not keep the property). What every mapping has handed over is forgotten.

Not as in AWS: windows do not end, so that no invocation is the final one of a window.
"""

import contextvars
import json
import threading
import time
import zlib

from engine_connections import EngineChanged, require

# What an invocation takes.
_MAX_BYTES = 6 * 1024 * 1024
_WINDOW_SECONDS = 900
# How long a batch that failed rests.
_REST_SECONDS = 1.0


def install():
    """Wraps the engine's functions, or raises EngineChanged."""
    try:
        from ministack.core import concurrency
        from ministack.services import dynamodb, lambda_svc
    except ImportError as missing:
        raise EngineChanged(f"it has no {missing.name}") from missing
    require(dynamodb, "_emit_stream_event", "table_name event_name old_item new_item replicate".split())
    require(dynamodb, "stream_start_position", ["table_name", "account_id", "region"])
    require(dynamodb, "stream_end_position", ["table_name", "account_id", "region"])
    require(dynamodb, "stream_records_since", ["table_name", "position", "limit", "account_id", "region"])
    require(dynamodb, "get_state", [])
    require(dynamodb, "load_persisted_state", ["data"])
    require(lambda_svc, "_poll_dynamodb_streams", [])
    require(lambda_svc, "_apply_filter_criteria", ["records", "esm"])
    require(lambda_svc, "_execute_function", ["func", "event"])
    require(lambda_svc, "_get_func_record_for_qualifier", ["name", "qualifier"])
    require(lambda_svc, "_iter_all_esms", [])
    if "_poll_dynamodb_streams" not in lambda_svc._poll_loop.__code__.co_names:
        raise EngineChanged("lambda_svc._poll_loop does not use _poll_dynamodb_streams")
    Streams(dynamodb, lambda_svc, concurrency.esm_wake).install()


class Streams:
    """The mappings of tables' streams to functions."""

    def __init__(self, tables, functions, wake):
        self._tables = tables
        self._functions = functions
        self._wake = wake
        self._emit = tables._emit_stream_event
        self._save = tables.get_state
        self._load = tables.load_persisted_state
        # Of the records' list and the count of those that were forgotten.
        self._lock = threading.RLock()
        self._sources = {}

    def install(self):
        self._tables._emit_stream_event = self.emit
        self._tables.get_state = self.get_state
        self._tables.load_persisted_state = self.load_persisted_state
        self._functions._poll_dynamodb_streams = self.poll

    def emit(self, *arguments, **named):
        # A record gets its number before it is appended: unlocked, another one might come between.
        with self._lock:
            return self._emit(*arguments, **named)

    def get_state(self):
        # What is handed over meanwhile must not be missing both in the tables and among the records.
        with self._lock:
            saved = self._save()
            records = type(self._tables._stream_records)()
            for (account, region, table), pending in self._tables._stream_records.all_items():
                records.set_scoped(account, region, table, list(pending))
        return {**saved, "stream_records": records}

    def load_persisted_state(self, data):
        answer = self._load(data)
        self._tables._stream_records.update((data or {}).get("stream_records", {}))
        return answer

    def poll(self):
        """In place of the engine's: whether any mapping has begun with a batch."""
        functions = self._functions
        begun = False
        mappings = list(functions._iter_all_esms())
        for gone in self._sources.keys() - {mapping["UUID"] for _, _, mapping in mappings}:
            del self._sources[gone]
        for account, region, mapping in mappings:
            name, marker, _ = mapping.get("EventSourceArn", "").partition("/stream/")
            if not marker or ":dynamodb:" not in name:
                continue
            tokens = functions._request_account_id.set(account), functions._request_region.set(region)
            try:
                begun = self._begin(mapping, name.rpartition("/")[2]) or begun
            finally:
                functions._request_account_id.reset(tokens[0])
                functions._request_region.reset(tokens[1])
        return begun

    def _begin(self, mapping, table):
        source = self._sources.setdefault(mapping["UUID"], Source(mapping, table))
        source.mapping = mapping
        if not mapping.get("Enabled", True) or source.busy or source.rests_until > time.monotonic():
            return False
        described = self._tables._tables.get(table)
        if not described or described.get("LatestStreamArn") != mapping["EventSourceArn"]:
            return False
        with self._lock:
            start, end = self._tables.stream_start_position(table), self._tables.stream_end_position(table)
            if source.position is None:
                source.position = start if mapping.get("StartingPosition") == "TRIM_HORIZON" else end
            source.position = max(source.position, start)
            if source.position == end:
                source.gathers_since = None
                return False
            records = self._tables.stream_records_since(table, source.position, int(mapping.get("BatchSize", 100)))
        if not source.is_due(full=len(records) == int(mapping.get("BatchSize", 100))):
            return False
        function, _ = self._functions._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
        if function is None:
            return False
        source.busy = True
        context = contextvars.copy_context()
        work = (self._hand_over, source, function, _bounded(records))
        threading.Thread(target=context.run, args=work, name="stream", daemon=True).start()
        return True

    def _hand_over(self, source, function, records):
        try:
            wanted = self._functions._apply_filter_criteria(records, source.mapping)
            failed = bool(wanted) and self._functions._execute_function(function, _event(source, wanted)).get("error")
            if failed:
                source.mapping["LastProcessingResult"] = "PROBLEM: Function call failed"
                source.rests_until = time.monotonic() + _REST_SECONDS
            else:
                source.mapping["LastProcessingResult"] = "OK"
                source.position += len(records)
                source.gathers_since = None
                self._forget(source.table)
        finally:
            source.busy = False
            self._wake.set()

    def _forget(self, table):
        """Drops what every mapping of the table has handed over. The images of large rows would fill the memory."""
        with self._lock:
            positions = [source.position for source in list(self._sources.values()) if source.table == table]
            if None in positions:
                return
            start = self._tables.stream_start_position(table)
            done = min(positions) - start
            if done > 0:
                del self._tables._stream_records[table][:done]
                self._tables._stream_trimmed[table] = start + done


class Source:
    """How far a mapping is."""

    def __init__(self, mapping, table):
        self.mapping = mapping
        self.table = table
        # Of the next record, among all that the stream ever had since the engine was started.
        self.position = None
        self.busy = False
        self.rests_until = 0
        # When the first record of the next batch was seen.
        self.gathers_since = None

    def is_due(self, full):
        """Whether the batch may be handed over now: it is full, or it has been gathered for long enough."""
        now = time.monotonic()
        if self.gathers_since is None:
            self.gathers_since = now
        window = int(self.mapping.get("MaximumBatchingWindowInSeconds") or 0)
        return full or now - self.gathers_since >= window


def _bounded(records):
    """As many of the records as an invocation takes, one at least."""
    size = 0
    for count, record in enumerate(records):
        size += len(json.dumps(record))
        if size > _MAX_BYTES:
            return records[: max(count, 1)]
    return records


def _event(source, records):
    arn = source.mapping["EventSourceArn"]
    begins = int(time.time()) // _WINDOW_SECONDS * _WINDOW_SECONDS
    stamp = "%Y-%m-%dT%H:%M:%SZ"
    return {
        "Records": records,
        "window": {
            "start": time.strftime(stamp, time.gmtime(begins)),
            "end": time.strftime(stamp, time.gmtime(begins + _WINDOW_SECONDS)),
        },
        "state": {},
        "shardId": f"shardId-00000001500000000000-{zlib.crc32(arn.encode()):08x}",
        "eventSourceARN": arn,
        "isFinalInvokeForWindow": False,
        "isWindowTerminatedEarly": False,
    }
