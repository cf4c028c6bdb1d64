"""Parameters: their patterns and rules take what is meant and refuse what is not.

CloudFormation looks at them only when somebody deploys. Here they are tried beforehand.
"""

import re

from .stack import Stack
from .worlds import defaults, value

_KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_MULTI_REGION_KEY = "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab"
_ALIAS = "arn:aws:kms:eu-central-1:111122223333:alias/x"

# Parameter -> (values that its pattern must take, values that it must refuse).
SAMPLES = {
    # As the tests of crates/hookstep-core/src/address.rs: what they refuse, a function would refuse at its start.
    "AllowedTargets": (
        [
            "",
            "10.20.0.0/16,hooks.internal.example",
            "127.0.0.0/8",
            "255.255.255.255/32",
            "0.0.0.0/0",
            "::1",
            "::",
            "fd00::/8",
            "2001:db8:0:1:2:3:4:5/128",
            "1:2:3:4:5:6:7::",
            "::2:3:4:5:6:7:8",
            "1::3:4:5:6:7:8",
            "fe80::1:2,hooks.internal.,localhost",
            "1-a.b2",
        ],
        [
            "0x7f.1",
            "2130706433",
            "0177.0.0.1",
            "127.1",
            "010.0.0.1",
            "256.0.0.1",
            "10.0.0.0/33",
            "10.0.0.0/8/8",
            "fd00::/129",
            "1:2:3",
            "1::2::3",
            "1:2:3:4::5:6:7:8",
            "1:2:3:4:5:6:7:8:9",
            ":::",
            "12345::",
            "http://x",
            "*",
            "*.example",
            "a..b",
            ".a",
            "a_b",
            "a,",
            ",a",
            "a,,b",
            "a, b",
            "a b",
            "a\n",
            "10.0.0.1,0x7f.1",
        ],
    ),
    "AllowedPorts": (
        [
            "443",
            "80,443",
            "1-65535",
            "80,443,8000-8999",
            "443-443",
            "9-10,90-100,999-1000,9999-10000",
            "90-8080",
            "65530-65535",
            "120-129,1234-1235,12345-12399",
        ],
        [
            "",
            "0",
            "65536",
            "65540",
            "70000",
            "100000",
            "080",
            "+80",
            "-80",
            "80-",
            "80,",
            ",80",
            "80,,443",
            "80, 443",
            "80 443",
            "80;443",
            "https",
            "*",
            "1-2-3",
            "0-80",
            "80-65536",
            "443-80",
            "100-99",
            "81-80",
            "129-120",
            "8081-8080",
            "65535-65534",
            "60000-59999",
            "80,443-80",
            "80\n",
        ],
    ),
    "StaticIpZoneNames": (
        ["", "us-east-1b,us-east-1c", "us-gov-west-1a,us-gov-west-1b", "ap-southeast-2a,ap-southeast-2c"],
        [
            "us-east-1a",
            "us-east-1a,",
            "us-east-1a, us-east-1b",
            "use1-az1,use1-az2",
            "us-west-2-lax-1a,us-west-2-lax-1b",
        ],
    ),
    "JwtIssuer": (
        ["", "https://login.example.com/", "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC"],
        ["http://login.example.com", "login.example.com", "https://a b", "https://a?b", "https://a#b", "https://"],
    ),
    "JwtAudience": (["", "hookstep", "a,https://b.example/c"], ["a,", ",a", "a, b", "a b"]),
    "JwtTenantClaim": (["tenant_id", "custom:tenant", "https://acme.example/tenant"], ["", "a b"]),
    "JwtPermissionClaim": (["scope", "cognito:groups"], ["", "a b"]),
    "JwtReadPermission": (["hookstep/read", "https://acme.example/hookstep.read"], ["", "a b", "a,b", "[a]", '"a']),
    "JwtWritePermission": (["hookstep/write"], ["", "a b", "a,b", "[a]"]),
    "JwtTriggerPermission": (["hookstep/trigger"], ["", "a b", "a,b", "[a]"]),
    "ConsoleClientId": (["", "hookstep-console", "0oa1b2c3"], ["a b", "a\n"]),
    "ConsoleScopes": (["openid", "openid hookstep/read offline_access"], ["", " openid", "openid  email", 'a"b']),
    "ConsoleAudience": (["", "https://hookstep.example/api", "hookstep"], ["a b"]),
    # These become words of the Content-Security-Policy.
    "ConsoleSignInOrigins": (
        ["", "https://login.example.com", "https://a.example:8443,https://b.example"],
        ["*", "https://*.example", "http://a.example", "https://a.example/x", "https://a.example;script-src", "https://a,", "'self'"],
    ),
    # These become the resources of statements: none may be wider than one key, or than names with a beginning.
    "SecretsKeyArn": (["", _KEY, _MULTI_REGION_KEY], ["*", _ALIAS, f"{_KEY},{_KEY}", _KEY[:-1] + "*", "1234abcd"]),
    "RetiredSecretsKeyArns": (
        ["", _KEY, f"{_KEY},{_MULTI_REGION_KEY}"],
        ["*", _ALIAS, f"{_KEY},", f"{_KEY}, {_KEY}", f"{_KEY},*"],
    ),
    "ConnectionNamePrefix": (["", "hookstep-", "a.b_c"], ["*", "a*", "a/b", "a?", "a b", "${x}"]),
    "AlertEmail": (["", "oncall@example.com"], ["oncall", "a@b.example,c@d.example", "a b@c.example"]),
}

# What is deployed with -> whether the template's rules let it be.
DEPLOYMENTS = [
    ({}, True),
    ({"AuthMode": "IAM"}, True),
    ({"AuthMode": "NONE"}, False),
    ({"AuthMode": "NONE", "AllowUnauthenticatedAccess": "true"}, True),
    ({"AuthMode": "JWT"}, False),
    ({"AuthMode": "JWT", "JwtIssuer": "https://a.example"}, False),
    ({"AuthMode": "JWT", "JwtAudience": "a"}, False),
    ({"AuthMode": "JWT", "JwtIssuer": "https://a.example", "JwtAudience": "a"}, True),
]


def patterns_tell_right_from_wrong(stack: Stack):
    """Every pattern takes the values that are meant, and its default, and refuses those that are not."""
    parameters = stack.template["Parameters"]
    for name in sorted(name for name, parameter in parameters.items() if "AllowedPattern" in parameter):
        if name not in SAMPLES:
            yield f"{name}: has a pattern, and no samples in tools/lint/invariants/parameters.py"
    for name, (right, wrong) in SAMPLES.items():
        if "AllowedPattern" not in parameters.get(name, {}):
            yield f"{name}: there is no such parameter with a pattern"
            continue
        pattern = re.compile(parameters[name]["AllowedPattern"])
        for sample in [str(parameters[name]["Default"]), *right]:
            if not pattern.fullmatch(sample):
                yield f"{name}: refuses {sample!r}"
        for sample in wrong:
            if pattern.fullmatch(sample):
                yield f"{name}: takes {sample!r}"


def _may_be_deployed(stack: Stack, parameters: dict) -> bool:
    given = defaults(stack) | parameters
    return all(
        value(assertion["Assert"], given)
        for rule in stack.template.get("Rules", {}).values()
        if "RuleCondition" not in rule or value(rule["RuleCondition"], given)
        for assertion in rule["Assertions"]
    )


def rules_refuse_half_a_mode(stack: Stack):
    """The API is open to everybody only on purpose, and takes tokens only of a named issuer for a named audience."""
    for parameters, expected in DEPLOYMENTS:
        if _may_be_deployed(stack, parameters) != expected:
            yield f"the rules {'refuse' if expected else 'let through'} {parameters or 'the defaults'}"


CHECKS = [patterns_tell_right_from_wrong, rules_refuse_half_a_mode]
