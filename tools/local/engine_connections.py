"""EventBridge connections as AWS has them, in the local engine, which keeps their credentials to itself.

In AWS a connection's credentials are in a Secrets Manager secret named `events!connection/<name>/<uuid>`, the connection's
ARN ends with a uuid of its own, DescribeConnection names the secret and shows no secret value, and a caller needs its
permission on `connection/<name>`. The engine does none of that. `install` wraps its functions so that it does. The secret's
ARN is kept with the connection, and so survives a restart with it.

Not as in AWS: the engine's API destinations do not find a connection by an ARN with a uuid. Hookstep has none.
"""

import inspect
import json
import re
import uuid

# What each type keeps: the object of AuthParameters that holds it, and for each of its fields the name in the secret.
_CREDENTIALS = {
    "BASIC": ("BasicAuthParameters", {"Username": "username", "Password": "password"}),
    "API_KEY": ("ApiKeyAuthParameters", {"ApiKeyName": "api_key_name", "ApiKeyValue": "api_key_value"}),
    "OAUTH_CLIENT_CREDENTIALS": (
        "OAuthParameters",
        {"AuthorizationEndpoint": "authorization_endpoint", "HttpMethod": "http_method"},
    ),
}
_CLIENT = {"ClientID": "client_id", "ClientSecret": "client_secret"}
_HTTP_PARAMETERS = {
    "HeaderParameters": "header_parameters",
    "QueryStringParameters": "query_string_parameters",
    "BodyParameters": "body_parameters",
}
# The fields that DescribeConnection shows.
_SHOWN = {"Username", "ApiKeyName", "AuthorizationEndpoint", "HttpMethod"}
_NAME = re.compile(r"[.\-_A-Za-z0-9]{1,64}")
_ACTIONS = {
    f"AWSEvents.{action}Connection" for action in ("Create", "Describe", "Update", "Deauthorize", "Delete")
}


class EngineChanged(Exception):
    """The engine is not the version that this was written for."""


def install():
    """Wraps the engine's functions, or raises EngineChanged."""
    try:
        from ministack.core import iam_actions
        from ministack.services import eventbridge, secretsmanager
    except ImportError as missing:
        raise EngineChanged(f"it has no {missing.name}") from missing
    for name in ("create", "describe", "update", "deauthorize", "delete"):
        function = f"_{name}_connection"
        require(eventbridge, function, ["data"])
        if function not in eventbridge.handle_request.__code__.co_names:
            raise EngineChanged(f"eventbridge.handle_request does not use {function}")
    require(secretsmanager, "create_secret_in_process", ["name", "secret_string", "description"])
    require(secretsmanager, "put_secret_value_in_process", ["secret_id", "secret_string"])
    require(secretsmanager, "delete_secret_in_process", ["secret_id"])
    require(iam_actions, "extract_resource_arn", "service method path headers body query_params region account_id".split())
    if not hasattr(eventbridge._connections, "get"):
        raise EngineChanged("eventbridge._connections is no dictionary")
    Connections(eventbridge, secretsmanager).install()
    _name_resources(eventbridge, iam_actions)


def require(module, name, parameters):
    function = getattr(module, name, None)
    if not callable(function):
        raise EngineChanged(f"{module.__name__} has no {name}")
    found = list(inspect.signature(function).parameters)
    if found != parameters:
        raise EngineChanged(f"{module.__name__}.{name} takes {found} and not {parameters}")


class Invalid(Exception):
    """A request that AWS refuses."""


class Connections:
    """The wrapped calls. Each takes the request's JSON and returns status, headers and body, as the engine's own do."""

    def __init__(self, eventbridge, secretsmanager):
        self.events = eventbridge
        self.secrets = secretsmanager
        self.engine = {}

    def install(self):
        for name in ("create", "describe", "update", "deauthorize", "delete"):
            function = f"_{name}_connection"
            self.engine[name] = getattr(self.events, function)
            setattr(self.events, function, getattr(self, name))

    def create(self, data):
        if refused := self._refused(data, {}):
            return refused
        answer = self.engine["create"](data)
        if answer[0] != 200:
            return answer
        connection = self.events._connections[data["Name"]]
        connection["ConnectionArn"] += f"/{uuid.uuid4()}"
        self._keep(connection)
        return _with(answer, ConnectionArn=connection["ConnectionArn"], LastModifiedTime=connection["LastModifiedTime"])

    def describe(self, data):
        answer = self.engine["describe"](data)
        if answer[0] != 200:
            return answer
        return _with(answer, AuthParameters=_shown(json.loads(answer[2]).get("AuthParameters") or {}))

    def update(self, data):
        before = self.events._connections.get(data.get("Name"))
        if not before or not {"AuthorizationType", "AuthParameters"} & data.keys():
            return self.engine["update"](data)
        if data.get("AuthorizationType", before["AuthorizationType"]) == before["AuthorizationType"]:
            # What an update leaves out stays.
            data = {**data, "AuthParameters": _merged(before.get("AuthParameters"), data.get("AuthParameters"))}
        if refused := self._refused(data, before):
            return refused
        answer = self.engine["update"](data)
        if answer[0] == 200:
            self._keep(self.events._connections[data["Name"]])
        return answer

    def deauthorize(self, data):
        answer = self.engine["deauthorize"](data)
        if answer[0] == 200:
            self._forget(self.events._connections[data["Name"]])
        return answer

    def delete(self, data):
        connection = self.events._connections.get(data.get("Name"))
        answer = self.engine["delete"](data)
        if answer[0] == 200 and connection:
            self._forget(connection)
        return answer

    def _keep(self, connection):
        """Writes the connection's credentials to its secret."""
        text = json.dumps(secret_of(connection["AuthorizationType"], connection["AuthParameters"]))
        known = connection.get("SecretArn")
        if known and self.secrets.put_secret_value_in_process(known, text):
            return
        name = f"events!connection/{connection['Name']}/{uuid.uuid4()}"
        connection["SecretArn"] = self.secrets.create_secret_in_process(name, text)

    def _forget(self, connection):
        if secret := connection.pop("SecretArn", None):
            self.secrets.delete_secret_in_process(secret)

    def _refused(self, data, before):
        try:
            if not _NAME.fullmatch(data.get("Name") or ""):
                raise Invalid("Name must match [.-_A-Za-z0-9]{1,64}")
            kind = data.get("AuthorizationType") or before.get("AuthorizationType")
            if kind in _CREDENTIALS:
                secret_of(kind, data.get("AuthParameters"))
        except Invalid as reason:
            return self.events.error_response_json("ValidationException", str(reason), 400)
        return None


def secret_of(kind, parameters):
    """What EventBridge writes to the secret of a connection of this type."""
    place, fields = _CREDENTIALS[kind]
    given = (parameters or {}).get(place)
    if not isinstance(given, dict):
        raise Invalid(f"AuthParameters needs {place}")
    secret = _renamed(given, fields, place)
    if kind == "OAUTH_CLIENT_CREDENTIALS":
        secret = {**_renamed(given.get("ClientParameters") or {}, _CLIENT, "ClientParameters"), **secret}
        if given.get("OAuthHttpParameters"):
            secret["oauth_http_parameters"] = _http_parameters(given["OAuthHttpParameters"])
    if parameters.get("InvocationHttpParameters"):
        secret["invocation_http_parameters"] = _http_parameters(parameters["InvocationHttpParameters"])
    return secret


def _renamed(given, fields, place):
    missing = [field for field in fields if not isinstance(given.get(field), str)]
    if missing:
        raise Invalid(f"{place} needs {', '.join(missing)}")
    return {name: given[field] for field, name in fields.items()}


def _http_parameters(given):
    return {
        name: [
            {
                "key": parameter.get("Key", ""),
                "value": parameter.get("Value", ""),
                "is_value_secret": bool(parameter.get("IsValueSecret")),
            }
            for parameter in given[place]
        ]
        for place, name in _HTTP_PARAMETERS.items()
        if given.get(place)
    }


def _shown(parameters):
    """AuthParameters without what is secret. What is not known here is left out: it may be secret."""
    shown = {}
    for place, _ in _CREDENTIALS.values():
        if given := parameters.get(place):
            shown[place] = {field: value for field, value in given.items() if field in _SHOWN}
    if oauth := parameters.get("OAuthParameters"):
        shown["OAuthParameters"]["ClientParameters"] = {"ClientID": (oauth.get("ClientParameters") or {}).get("ClientID", "")}
        if oauth.get("OAuthHttpParameters"):
            shown["OAuthParameters"]["OAuthHttpParameters"] = _shown_http_parameters(oauth["OAuthHttpParameters"])
    if parameters.get("InvocationHttpParameters"):
        shown["InvocationHttpParameters"] = _shown_http_parameters(parameters["InvocationHttpParameters"])
    return shown


def _shown_http_parameters(given):
    return {
        place: [
            {
                field: parameter[field]
                for field in ("Key", "Value", "IsValueSecret")
                if field in parameter and (field != "Value" or not parameter.get("IsValueSecret"))
            }
            for parameter in given[place]
        ]
        for place in _HTTP_PARAMETERS
        if given.get(place)
    }


def _merged(before, change):
    """`change` over `before`, object by object; a list is replaced whole."""
    if not (isinstance(before, dict) and isinstance(change, dict)):
        return before if change is None else change
    return {**before, **{field: _merged(before.get(field), value) for field, value in change.items()}}


def _with(answer, **fields):
    status, headers, body = answer
    return status, headers, json.dumps({**json.loads(body), **fields}).encode()


def _name_resources(eventbridge, iam_actions):
    """Makes the engine check permissions on the connection, where it would look for a rule of that name."""
    engine = iam_actions.extract_resource_arn

    def extract_resource_arn(service, method, path, headers, body, query_params, region, account_id):
        if service == "events" and headers.get("x-amz-target") in _ACTIONS:
            try:
                name = json.loads(body).get("Name")
            except (ValueError, AttributeError):
                name = None
            known = eventbridge._connections.get(name) if name else None
            return known["ConnectionArn"] if known else f"arn:aws:events:{region}:{account_id}:connection/{name or '*'}"
        return engine(service, method, path, headers, body, query_params, region, account_id)

    iam_actions.extract_resource_arn = extract_resource_arn
