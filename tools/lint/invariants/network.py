"""Static IP: it is there or not as a whole, and out of its network leads no way but one by an address of ours.

The local engine knows these resources by name only: it has no routes, no gateways and no rules of security groups. So what
a test there cannot notice is checked here.
"""

import re

from .permissions import role_statements, statements
from .stack import Stack, as_list, referenced
from .worlds import worlds

# What may differ between the function that delivers from the static IP and the one that does not.
OWN_PROPERTIES = {"Description", "Role", "LoggingConfig", "VpcConfig"}

# Sid -> actions: what Lambda needs to put a function into a network, and the function's own code must not have.
NETWORK_STATEMENTS = {
    "ManageNetworkInterfaces": {
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
    },
    "FindNetworkInterfaces": {"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"},
}
# Calls that a function makes have this key, those that Lambda makes with the function's role have not.
BY_LAMBDA_ITSELF = {"Null": {"lambda:SourceFunctionArn": "true"}}

GATEWAY_SERVICES = {"s3", "dynamodb"}


def _resources(stack: Stack, kind: str) -> dict:
    return {name: resource["Properties"] for name, resource in stack.resources(kind)}


def _names(node):
    """Every parameter or resource that is referred to anywhere within."""
    if isinstance(node, dict):
        for key, inner in node.items():
            if key == "Ref":
                yield inner
            elif key == "Fn::GetAtt":
                yield inner[0]
            elif key == "Fn::Sub":
                text, own = inner if isinstance(inner, list) else (inner, {})
                yield from (name for name in re.findall(r"\$\{([A-Za-z0-9]+)", text) if name not in own)
                yield from _names(own)
            elif key == "DependsOn":
                yield from as_list(inner)
            else:
                yield from _names(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _names(inner)


def _in_network(stack: Stack) -> dict:
    functions = _resources(stack, "AWS::Serverless::Function")
    return {name: properties for name, properties in functions.items() if "VpcConfig" in properties}


def _default_routes(stack: Stack, subnet: str):
    """(route, its properties) of every way out of a subnet."""
    tables = {
        referenced(properties["RouteTableId"])
        for properties in _resources(stack, "AWS::EC2::SubnetRouteTableAssociation").values()
        if referenced(properties["SubnetId"]) == subnet
    }
    for name, properties in _resources(stack, "AWS::EC2::Route").items():
        if referenced(properties["RouteTableId"]) in tables:
            yield name, properties


def static_ip_is_there_as_a_whole(stack: Stack):
    """The network, its function and its gateways are there exactly where a zone is asked for, addresses also where reserved."""
    for label, zones, reserved, deployed in worlds(stack):
        addresses = max(zones, reserved)
        expected = {
            "AWS::EC2::EIP": addresses,
            "AWS::EC2::NatGateway": zones,
            "AWS::EC2::VPC": min(zones, 1),
            "AWS::EC2::VPCEndpoint": len(GATEWAY_SERVICES) * min(zones, 1),
            "AWS::EC2::Subnet": 2 * zones,
        }
        for kind, count in expected.items():
            found = len(_resources(deployed, kind))
            if found != count:
                yield f"{label}: {found} of {kind}, not {count}"
        if not zones:
            for name, resource in deployed.resources():
                if resource["Type"].startswith("AWS::EC2::") and resource["Type"] != "AWS::EC2::EIP":
                    yield f"{label}: {name} is there all the same"
        if len(_in_network(deployed)) != min(zones, 1):
            yield f"{label}: {len(_in_network(deployed))} functions are in a network, not {min(zones, 1)}"


def nothing_refers_to_what_is_not_there(stack: Stack):
    """Whatever the number of zones and addresses, every reference is to something that is there."""
    known = set(stack.template["Parameters"])
    for label, _, _, deployed in worlds(stack):
        resources = deployed.template["Resources"]
        for section in ("Resources", "Outputs"):
            for name, each in deployed.template[section].items():
                for missing in sorted(set(_names(each)) - known - set(resources)):
                    if not missing.startswith("AWS"):
                        yield f"{label}: {name} refers to {missing}, which is not there"


def _difference(one: list, other: list):
    """The statements that one role has and the other has not, and the reverse, their own logs aside."""
    plain = [statement for statement in one if statement.get("Sid") != "WriteOwnLog"]
    networked = [statement for statement in other if statement.get("Sid") not in {"WriteOwnLog", *NETWORK_STATEMENTS}]
    for statement in plain:
        if statement not in networked:
            yield f"lacks the statement {statement.get('Sid')} or has another one"
    for statement in networked:
        if statement not in plain:
            yield f"has the statement {statement.get('Sid')} of its own"


def _without_static_ip(key: str, properties: dict):
    value = properties.get(key)
    if key != "Environment" or not value:
        return value
    variables = {name: said for name, said in value.get("Variables", {}).items() if name != "STATIC_IP"}
    return value | {"Variables": variables}


def both_functions_are_one(stack: Stack):
    """The function with a static IP is the one without, in another network: same code, limits, permissions, and the same
    environment but for STATIC_IP, which says which of the two it is."""
    for label, _, _, deployed in worlds(stack):
        functions = _resources(deployed, "AWS::Serverless::Function")
        for name, properties in _in_network(deployed).items():
            twins = [
                other
                for other, its in functions.items()
                if other != name and its.get("CodeUri") == properties.get("CodeUri") and "VpcConfig" not in its
            ]
            if len(twins) != 1:
                yield f"{label}: {name} has {len(twins)} functions beside it that run the same binary, not one"
                continue
            its = functions[twins[0]]
            for key in sorted((properties.keys() | its.keys()) - OWN_PROPERTIES):
                if _without_static_ip(key, properties) != _without_static_ip(key, its):
                    yield f"{label}: {key} of {name} is not that of {twins[0]}"
            roles = [deployed.template["Resources"].get(referenced(each.get("Role"))) for each in (its, properties)]
            if None in roles:
                yield f"{label}: {name} or {twins[0]} has no role that is there"
                continue
            granted = [list(role_statements(deployed, referenced(each.get("Role")))) for each in (its, properties)]
            for problem in _difference(*granted):
                yield f"{label}: the role of {name} {problem}"


def only_lambda_manages_interfaces(stack: Stack):
    """The permissions that put a function into a network are Lambda's own: its code cannot use them, and no other role has them."""
    for label, _, _, deployed in worlds(stack):
        users = {referenced(properties.get("Role")) for properties in _in_network(deployed).values()}
        for name, _ in deployed.resources("AWS::IAM::Role"):
            found = {}
            for statement in role_statements(deployed, name):
                actions = {action for action in as_list(statement.get("Action")) if action.startswith("ec2:")}
                if actions and (name not in users or NETWORK_STATEMENTS.get(statement.get("Sid")) != actions):
                    yield f"{label}: {name} allows {', '.join(sorted(actions))}"
                elif actions:
                    found[statement["Sid"]] = statement.get("Condition")
            if name in users:
                for sid in NETWORK_STATEMENTS:
                    if found.get(sid) != BY_LAMBDA_ITSELF:
                        yield f"{label}: {name}, statement {sid}: is missing, or the function's code could use it"


def every_way_out_has_an_address_of_ours(stack: Stack):
    """Each subnet of the function leads out by a gateway of its own zone with an Elastic IP of its own, and by nothing else."""
    for label, zones, _, deployed in worlds(stack):
        gateways = _resources(deployed, "AWS::EC2::NatGateway")
        subnets = _resources(deployed, "AWS::EC2::Subnet")
        addresses = _resources(deployed, "AWS::EC2::EIP")
        used = []
        for function, properties in _in_network(deployed).items():
            inside = [referenced(subnet) for subnet in properties["VpcConfig"].get("SubnetIds", [])]
            if len(inside) != zones:
                yield f"{label}: {function} is in {len(inside)} subnets"
            for subnet in inside:
                ways = list(_default_routes(deployed, subnet))
                if [way["DestinationCidrBlock"] for _, way in ways] != ["0.0.0.0/0"]:
                    yield f"{label}: {subnet} has not exactly one way out"
                    continue
                gateway = referenced(ways[0][1].get("NatGatewayId"))
                used.append(gateway)
                if gateway not in gateways:
                    yield f"{label}: {subnet} does not lead out by a NAT gateway"
                    continue
                outside = referenced(gateways[gateway]["SubnetId"])
                if subnets[subnet].get("AvailabilityZone") != {"Fn::GetAtt": [outside, "AvailabilityZone"]}:
                    yield f"{label}: {subnet} is not said to be in the zone of {gateway}"
                if referenced(gateways[gateway].get("AllocationId")) not in addresses:
                    yield f"{label}: {gateway} has no Elastic IP of this template"
                onwards = [referenced(way.get("GatewayId")) for _, way in _default_routes(deployed, outside)]
                if len(onwards) != 1 or onwards[0] not in _resources(deployed, "AWS::EC2::InternetGateway"):
                    yield f"{label}: {outside} does not lead to the internet"
        if sorted(used, key=str) != sorted(gateways):
            yield f"{label}: the gateways in use are {used}"
        allocations = [referenced(gateway.get("AllocationId")) for gateway in gateways.values()]
        if len(set(allocations)) != len(allocations):
            yield f"{label}: gateways share an Elastic IP"


def nothing_has_another_address(stack: Stack):
    """No subnet gives out public addresses, and there is no IPv6, which has no gateway with an address of ours."""
    for name, resource in stack.resources():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::EC2::Subnet" and properties.get("MapPublicIpOnLaunch") is not False:
            yield f"{name}: MapPublicIpOnLaunch is not false"
        if resource["Type"].startswith("AWS::EC2::") and "Ipv6" in str(properties):
            yield f"{name}: has to do with IPv6"
        if "Ipv6AllowedForDualStack" in properties.get("VpcConfig", {}):
            yield f"{name}: may use IPv6"


def nothing_comes_in(stack: Stack):
    """The network's one security group, which only the function is in, lets TCP out and nothing in."""
    for name, _ in stack.resources("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"):
        yield f"{name}: rules stand in the group itself"
    for label, _, _, deployed in worlds(stack):
        groups = _resources(deployed, "AWS::EC2::SecurityGroup")
        for name, properties in groups.items():
            if "SecurityGroupIngress" in properties:
                yield f"{label}: {name} lets something in"
            # Without any, EC2 makes one that allows everything.
            if [rule.get("IpProtocol") for rule in properties.get("SecurityGroupEgress", [])] != ["tcp"]:
                yield f"{label}: {name} does not let TCP out and nothing else"
        for name, properties in _in_network(deployed).items():
            inside = [referenced(group) for group in properties["VpcConfig"].get("SecurityGroupIds", [])]
            if inside != list(groups):
                yield f"{label}: {name} is in the security groups {inside}, not {list(groups)}"


def storage_is_reached_past_the_gateways(stack: Stack):
    """S3 and DynamoDB are reached by gateway endpoints, from every subnet of the function, by its role and for this stack's data."""
    for label, zones, _, deployed in worlds(stack):
        endpoints = _resources(deployed, "AWS::EC2::VPCEndpoint")
        services = {properties["ServiceName"]["Fn::Sub"].rpartition(".")[2] for properties in endpoints.values()}
        if zones and services != GATEWAY_SERVICES:
            yield f"{label}: there are endpoints for {', '.join(sorted(services)) or 'nothing'}"
        functions = _in_network(deployed)
        subnets = {referenced(each) for its in functions.values() for each in its["VpcConfig"].get("SubnetIds", [])}
        tables = {
            referenced(properties["RouteTableId"])
            for properties in _resources(deployed, "AWS::EC2::SubnetRouteTableAssociation").values()
            if referenced(properties["SubnetId"]) in subnets
        }
        roles = [{"Fn::GetAtt": [referenced(its.get("Role")), "Arn"]} for its in functions.values()]
        for name, properties in endpoints.items():
            if properties.get("VpcEndpointType") != "Gateway":
                yield f"{label}: {name} is no gateway endpoint, which would be paid by the hour"
            if {referenced(table) for table in properties.get("RouteTableIds", [])} != tables:
                yield f"{label}: {name} is not in the route tables of exactly the function's subnets"
            allowed = list(statements({"PolicyDocument": properties.get("PolicyDocument", {})}))
            if not allowed:
                yield f"{label}: {name} has no policy, that is, lets everything through"
            for statement in allowed:
                if [statement.get("Condition")] != [{"ArnEquals": {"aws:PrincipalArn": role}} for role in roles]:
                    yield f"{label}: {name} lets through what the function's role has not signed"
                for resource in as_list(statement.get("Resource")):
                    if referenced(resource) not in deployed.template["Resources"]:
                        yield f"{label}: {name} lets through to {resource}, which is not this stack's"


def addresses_are_kept(stack: Stack):
    """Elastic IPs that receivers may have allowed are never given back by a deployment."""
    for name, resource in stack.resources("AWS::EC2::EIP"):
        if resource.get("DeletionPolicy") not in ("Retain", "RetainExceptOnCreate"):
            yield f"{name}: DeletionPolicy gives the address back"
        if resource.get("UpdateReplacePolicy") != "Retain":
            yield f"{name}: UpdateReplacePolicy gives the address back"


def _variables(stack: Stack, name: str):
    """(function, value) of each function that has the environment variable."""
    for function, properties in _resources(stack, "AWS::Serverless::Function").items():
        variables = properties.get("Environment", {}).get("Variables", {})
        if name in variables:
            yield function, variables[name]


def _addresses(stack: Stack):
    """How the template names the addresses that there are; None without any."""
    names = list(_resources(stack, "AWS::EC2::EIP"))
    if len(names) == 1:
        return {"Fn::GetAtt": [names[0], "PublicIp"]}
    return {"Fn::Sub": ",".join(f"${{{name}.PublicIp}}" for name in names)} if names else None


def everybody_knows_whether_there_is_a_static_ip(stack: Stack):
    """STATIC_IP, STATIC_IP_ADDRESSES, the outputs and the machines say the same: whether there is a static IP, and which."""
    for label, zones, _, deployed in worlds(stack):
        addresses = _addresses(deployed)
        networked = list(_in_network(deployed))
        machines = [properties.get("DefinitionSubstitutions", {}) for _, properties, _ in deployed.machines()]
        senders = {referenced(given.get("DeliverFunctionArn")) for given in machines} | set(networked)
        told = dict(_variables(deployed, "STATIC_IP"))
        for name in sorted(told.keys() - senders):
            yield f"{label}: {name} has STATIC_IP, and sends nothing"
        for name in sorted(senders - {None}):
            # Where there is no static IP, the machine sends what is to have one to the function that refuses it.
            if told.get(name) != ("true" if name in networked else "false"):
                yield f"{label}: STATIC_IP of {name} is {told.get(name)}"
        shown = list(_variables(deployed, "STATIC_IP_ADDRESSES"))
        if [said for _, said in shown] != [addresses if zones else ""]:
            yield f"{label}: STATIC_IP_ADDRESSES is {shown}"
        output = deployed.template["Outputs"].get("StaticIpAddresses", {}).get("Value")
        if output != addresses:
            yield f"{label}: the output StaticIpAddresses is {output}"
        for name, properties, _ in deployed.machines():
            given = properties.get("DefinitionSubstitutions", {})
            if not {"DeliverFunctionArn", "DeliverStaticIpFunctionArn"} & given.keys():
                continue
            target = referenced(given.get("DeliverStaticIpFunctionArn"))
            plain = referenced(given.get("DeliverFunctionArn"))
            if target != (networked[0] if networked else plain):
                yield f"{label}: {name} sends what is to have a static IP to {target}"


def targets_and_ports_go_together(stack: Stack):
    """Every function that is told which targets are allowed is told which ports are, by the parameters and nothing else."""
    pairs = {"ALLOWED_TARGETS": {"Ref": "AllowedTargets"}, "ALLOWED_PORTS": {"Ref": "AllowedPorts"}}
    told = {variable: dict(_variables(stack, variable)) for variable in pairs}
    for variable, parameter in pairs.items():
        if not told[variable]:
            yield f"no function has {variable}"
        for function, said in told[variable].items():
            if said != parameter:
                yield f"{function}: {variable} is {said}"
    for function in sorted(told["ALLOWED_TARGETS"].keys() ^ told["ALLOWED_PORTS"].keys()):
        yield f"{function}: has one of {', '.join(pairs)}"


CHECKS = [
    static_ip_is_there_as_a_whole,
    nothing_refers_to_what_is_not_there,
    both_functions_are_one,
    only_lambda_manages_interfaces,
    every_way_out_has_an_address_of_ours,
    nothing_has_another_address,
    nothing_comes_in,
    storage_is_reached_past_the_gateways,
    addresses_are_kept,
    everybody_knows_whether_there_is_a_static_ip,
    targets_and_ports_go_together,
]
