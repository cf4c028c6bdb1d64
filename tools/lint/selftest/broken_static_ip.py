"""Broken copies of the part of the sound stack that delivers from a static IP, and of what goes with it."""

from .changes import policy, put, without

_AWAY_ROLE = "DeliverStaticIpRole"


def _variables(resources, function):
    return resources[function]["Properties"]["Environment"]["Variables"]


def _substitutions(resources):
    return resources["Machine"]["Properties"]["DefinitionSubstitutions"]


def _endpoint_statement(resources):
    return resources["Storage"]["Properties"]["PolicyDocument"]["Statement"][0]


def _second_way_out(resources, _, __):
    route = {"DestinationCidrBlock": "10.0.0.0/8", "GatewayId": {"Ref": "Internet"}}
    route["RouteTableId"] = {"Ref": "InnerATable"}
    put({"Type": "AWS::EC2::Route", "Condition": "OneZone", "Properties": route}, resources, "Extra")


# invariant -> [(what the report must say, how to break it)]
BROKEN = {
    "static_ip_is_there_as_a_whole": [
        ("with 0 zones, 0 reserved: Vpc is there", lambda r, s, _: without(r, "Vpc", "Condition")),
        ("with 0 zones, 0 reserved: 1 functions", lambda r, s, _: without(r, "AwayFunction", "Condition")),
        ("with 1 zones, 0 reserved: 2 of AWS::EC2::EIP", lambda r, s, _: without(r, "AddressB", "Condition")),
        (
            "with 0 zones, 2 reserved: 0 of AWS::EC2::EIP",
            lambda r, s, _: [
                put(condition, r, name, "Condition")
                for name, condition in (("AddressA", "OneZone"), ("AddressB", "TwoZones"))
            ],
        ),
        ("with 2 zones, 0 reserved: 1 of AWS::EC2::NatGateway", lambda r, s, _: without(r, "GatewayB")),
        ("with 1 zones, 0 reserved: 1 of AWS::EC2::VPCEndpoint", lambda r, s, _: without(r, "Tables")),
        ("with 1 zones, 0 reserved: 3 of AWS::EC2::Subnet", lambda r, s, _: without(r, "InnerB", "Condition")),
    ],
    "nothing_refers_to_what_is_not_there": [
        (
            "with 0 zones, 0 reserved: Machine refers to AwayFunction",
            lambda r, s, _: put(
                {"Fn::GetAtt": ["AwayFunction", "Arn"]}, _substitutions(r), "DeliverStaticIpFunctionArn"
            ),
        ),
        (
            "with 1 zones, 0 reserved: AwayFunction refers to InnerBRoute",
            lambda r, s, _: put(["InnerBRoute"], r, "AwayFunction", "DependsOn"),
        ),
        (
            "with 0 zones, 0 reserved: StaticIpAddresses refers to AddressA",
            lambda r, s, stack: without(stack.template, "Outputs", "StaticIpAddresses", "Condition"),
        ),
        (
            "with 0 zones, 0 reserved: ApiFunction refers to AddressA, which",
            lambda r, s, _: put(
                {"Fn::Sub": "${AddressA.PublicIp}"}, _variables(r, "ApiFunction"), "STATIC_IP_ADDRESSES"
            ),
        ),
    ],
    "both_functions_are_one": [
        ("Timeout of AwayFunction", lambda r, s, _: put(30, r, "AwayFunction", "Properties", "Timeout")),
        ("MemorySize of AwayFunction", lambda r, s, _: put(512, r, "SendFunction", "Properties", "MemorySize")),
        ("Environment of AwayFunction", lambda r, s, _: put("x", _variables(r, "SendFunction"), "NEW")),
        ("AwayFunction has 0 functions", lambda r, s, _: put("../x/", r, "AwayFunction", "Properties", "CodeUri")),
        ("role of AwayFunction lacks the statement Read", lambda r, s, _: without(policy(r, _AWAY_ROLE), 1)),
        ("lacks the statement Read or has another", lambda r, s, _: put("x", policy(r, _AWAY_ROLE), 1, "Resource")),
        (
            "has the statement More of its own",
            lambda r, s, _: policy(r, _AWAY_ROLE).append({"Sid": "More", "Effect": "Allow", "Action": "s3:GetObject"}),
        ),
        ("has no role that is there", lambda r, s, _: put("x", r, "AwayFunction", "Properties", "Role")),
    ],
    "only_lambda_manages_interfaces": [
        ("ManageNetworkInterfaces: is missing, or", lambda r, s, _: without(policy(r, _AWAY_ROLE), 2, "Condition")),
        ("FindNetworkInterfaces: is missing, or", lambda r, s, _: without(policy(r, _AWAY_ROLE), 3)),
        (
            "allows ec2:DescribeVpcs",
            lambda r, s, _: put(["ec2:DescribeVpcs"], policy(r, _AWAY_ROLE), 3, "Action"),
        ),
        (
            "WorkRole allows ec2:DescribeSubnets",
            lambda r, s, _: put("ec2:DescribeSubnets", policy(r, "WorkRole"), 0, "Action"),
        ),
    ],
    "every_way_out_has_an_address_of_ours": [
        ("InnerA has not exactly one way out", lambda r, s, _: without(r, "InnerARoute")),
        ("InnerA has not exactly one way out", _second_way_out),
        ("InnerB has not exactly one way out", lambda r, s, _: without(r, "InnerBRouting")),
        (
            "InnerA does not lead out by a NAT gateway",
            lambda r, s, _: put({"Ref": "Internet"}, r, "InnerARoute", "Properties", "NatGatewayId"),
        ),
        (
            "with 2 zones, 0 reserved: InnerB is not said to be",
            lambda r, s, _: put({"Ref": "GatewayA"}, r, "InnerBRoute", "Properties", "NatGatewayId"),
        ),
        (
            "the gateways in use are ['GatewayA', 'GatewayA']",
            lambda r, s, _: put({"Ref": "GatewayA"}, r, "InnerBRoute", "Properties", "NatGatewayId"),
        ),
        ("InnerA is not said to be", lambda r, s, _: put("us-east-1a", r, "InnerA", "Properties", "AvailabilityZone")),
        ("GatewayA has no Elastic IP", lambda r, s, _: put("eipalloc-1", r, "GatewayA", "Properties", "AllocationId")),
        (
            "gateways share an Elastic IP",
            lambda r, s, _: put(
                {"Fn::GetAtt": ["AddressA", "AllocationId"]}, r, "GatewayB", "Properties", "AllocationId"
            ),
        ),
        ("OuterA does not lead to the internet", lambda r, s, _: without(r, "OuterRoute")),
        (
            "AwayFunction is in 1 subnets",
            lambda r, s, _: without(r, "AwayFunction", "Properties", "VpcConfig", "SubnetIds", 1),
        ),
    ],
    "nothing_has_another_address": [
        ("OuterA: MapPublicIpOnLaunch", lambda r, s, _: put(True, r, "OuterA", "Properties", "MapPublicIpOnLaunch")),
        ("InnerA: MapPublicIpOnLaunch", lambda r, s, _: without(r, "InnerA", "Properties", "MapPublicIpOnLaunch")),
        ("InnerA: has to do with IPv6", lambda r, s, _: put("::/0", r, "InnerA", "Properties", "Ipv6CidrBlock")),
        (
            "AwayFunction: may use IPv6",
            lambda r, s, _: put(True, r, "AwayFunction", "Properties", "VpcConfig", "Ipv6AllowedForDualStack"),
        ),
    ],
    "nothing_comes_in": [
        ("Group lets something in", lambda r, s, _: put([{}], r, "Group", "Properties", "SecurityGroupIngress")),
        ("Group does not let TCP out", lambda r, s, _: without(r, "Group", "Properties", "SecurityGroupEgress")),
        (
            "Group does not let TCP out",
            lambda r, s, _: put("-1", r, "Group", "Properties", "SecurityGroupEgress", 0, "IpProtocol"),
        ),
        ("Extra: rules stand", lambda r, s, _: put({"Type": "AWS::EC2::SecurityGroupIngress"}, r, "Extra")),
        (
            "AwayFunction is in the security groups [None]",
            lambda r, s, _: put(["sg-1"], r, "AwayFunction", "Properties", "VpcConfig", "SecurityGroupIds"),
        ),
        (
            "AwayFunction is in the security groups []",
            lambda r, s, _: without(r, "AwayFunction", "Properties", "VpcConfig", "SecurityGroupIds"),
        ),
    ],
    "storage_is_reached_past_the_gateways": [
        ("there are endpoints for s3", lambda r, s, _: without(r, "Tables")),
        (
            "Storage is no gateway endpoint",
            lambda r, s, _: put("Interface", r, "Storage", "Properties", "VpcEndpointType"),
        ),
        (
            "with 2 zones, 0 reserved: Storage is not in the route tables",
            lambda r, s, _: without(r, "Storage", "Properties", "RouteTableIds", 1),
        ),
        (
            "Tables is not in the route tables",
            lambda r, s, _: r["Tables"]["Properties"]["RouteTableIds"].append({"Ref": "OuterTable"}),
        ),
        ("Storage has no policy", lambda r, s, _: without(r, "Storage", "Properties", "PolicyDocument")),
        ("has not signed", lambda r, s, _: without(_endpoint_statement(r), "Condition")),
        (
            "has not signed",
            lambda r, s, _: put(
                {"Fn::GetAtt": ["WorkRole", "Arn"]},
                _endpoint_statement(r),
                "Condition",
                "ArnEquals",
                "aws:PrincipalArn",
            ),
        ),
        ("which is not this stack's", lambda r, s, _: put("*", _endpoint_statement(r), "Resource")),
    ],
    "addresses_are_kept": [
        ("AddressA: DeletionPolicy", lambda r, s, _: without(r, "AddressA", "DeletionPolicy")),
        ("AddressB: UpdateReplacePolicy", lambda r, s, _: put("Delete", r, "AddressB", "UpdateReplacePolicy")),
    ],
    "everybody_knows_whether_there_is_a_static_ip": [
        (
            "with 0 zones, 0 reserved: FetchConfigFunction has STATIC_IP",
            lambda r, s, _: put("true", _variables(r, "FetchConfigFunction"), "STATIC_IP"),
        ),
        (
            "with 0 zones, 0 reserved: STATIC_IP of SendFunction is None",
            lambda r, s, _: without(_variables(r, "SendFunction"), "STATIC_IP"),
        ),
        (
            "with 0 zones, 0 reserved: STATIC_IP of SendFunction is true",
            lambda r, s, _: put("true", _variables(r, "SendFunction"), "STATIC_IP"),
        ),
        (
            "with 1 zones, 0 reserved: STATIC_IP of AwayFunction is false",
            lambda r, s, _: put("false", _variables(r, "AwayFunction"), "STATIC_IP"),
        ),
        (
            "with 2 zones, 0 reserved: STATIC_IP_ADDRESSES is",
            lambda r, s, _: put(
                {"Fn::If": ["OneZone", {"Fn::GetAtt": ["AddressA", "PublicIp"]}, ""]},
                _variables(r, "ApiFunction"),
                "STATIC_IP_ADDRESSES",
            ),
        ),
        (
            "with 0 zones, 1 reserved: STATIC_IP_ADDRESSES is",
            lambda r, s, _: put("AddressA", _variables(r, "ApiFunction"), "STATIC_IP_ADDRESSES", "Fn::If", 0),
        ),
        (
            "with 1 zones, 2 reserved: the output StaticIpAddresses is",
            lambda r, s, stack: put(
                {"Fn::GetAtt": ["AddressA", "PublicIp"]}, stack.template, "Outputs", "StaticIpAddresses", "Value"
            ),
        ),
        (
            "the output StaticIpAddresses is None",
            lambda r, s, stack: without(stack.template, "Outputs", "StaticIpAddresses"),
        ),
        (
            "with 1 zones, 0 reserved: Machine sends what is to have a static IP to SendFunction",
            lambda r, s, _: put(
                {"Fn::GetAtt": ["SendFunction", "Arn"]}, _substitutions(r), "DeliverStaticIpFunctionArn"
            ),
        ),
    ],
    "targets_and_ports_go_together": [
        ("SendFunction: has one of", lambda r, s, _: without(_variables(r, "SendFunction"), "ALLOWED_PORTS")),
        ("AwayFunction: has one of", lambda r, s, _: without(_variables(r, "AwayFunction"), "ALLOWED_TARGETS")),
        (
            "SendFunction: ALLOWED_PORTS is 443",
            lambda r, s, _: put("443", _variables(r, "SendFunction"), "ALLOWED_PORTS"),
        ),
        (
            "no function has ALLOWED_PORTS",
            lambda r, s, _: [
                without(_variables(r, name), "ALLOWED_PORTS") for name in ("SendFunction", "AwayFunction")
            ],
        ),
    ],
    "signing_keys_have_few_users": [
        (
            "WorkRole: may do ['dynamodb:GetItem'] with signing keys, not []",
            lambda r, s, _: put({"Fn::GetAtt": ["SigningKeysTable", "Arn"]}, policy(r, "WorkRole"), 0, "Resource"),
        ),
        (
            "FetchConfigRole: may do ['dynamodb:PutItem'] with",
            lambda r, s, _: put("dynamodb:PutItem", policy(r, "FetchConfigRole"), 0, "Action"),
        ),
        ("ApiRole: may do ['dynamodb:PutItem'] with", lambda r, s, _: without(policy(r, "ApiRole"), 0, "Action", 0)),
        ("have the roles ['FetchConfigRole']", lambda r, s, _: without(_variables(r, "ApiFunction"), "KEYS")),
        (
            "a lost key cannot be restored",
            lambda r, s, _: without(r, "SigningKeysTable", "Properties", "PointInTimeRecoverySpecification"),
        ),
    ],
}
