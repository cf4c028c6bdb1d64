"""Elastic IPs and NAT gateways in stacks of the local engine, which has both and does not know them in a template.

With them it deploys the template with StaticIpZones=1 or 2 as it is written. What it deploys is a description: its Lambdas
stay on 127.0.0.1, whatever their network, and no address is anybody's.
"""

import re

from engine_connections import EngineChanged, require

_ADDRESS = "AWS::EC2::EIP"
_GATEWAY = "AWS::EC2::NatGateway"


def install():
    """Adds the two resource types, or raises EngineChanged."""
    try:
        from ministack.services import ec2
        from ministack.services.cloudformation import provisioners
    except ImportError as missing:
        raise EngineChanged(f"it has no {missing.name}") from missing
    for name in ("_allocate_address", "_release_address"):
        require(ec2, name, ["p"])
    for name in ("_create_nat_gateway", "_delete_nat_gateway"):
        require(ec2, name, ["params"])
    require(provisioners, "_ec2_apply_tags", ["physical_id", "props", "old_props"])
    handlers = provisioners._RESOURCE_HANDLERS
    for known in (_ADDRESS, _GATEWAY):
        if known in handlers:
            raise EngineChanged(f"it knows {known}: take it out of engine_network.py")
    network = Network(ec2, provisioners._ec2_apply_tags)
    handlers[_ADDRESS] = {
        "create": network.allocate,
        "update": network.tag_address,
        "delete": network.release,
    }
    handlers[_GATEWAY] = {
        "create": network.open,
        "update": network.tag_or_replace_gateway,
        "delete": network.close,
    }


class Network:
    """Handlers of resources, in the form of the engine's own: they return the physical id and what Fn::GetAtt can ask for."""

    def __init__(self, ec2, apply_tags):
        self._ec2 = ec2
        self._apply_tags = apply_tags

    def allocate(self, _logical_id, props, _stack_name):
        answer = _answer(self._ec2._allocate_address({"Domain": [props.get("Domain", "vpc")]}))
        allocation = _element(answer, "allocationId")
        self._apply_tags(allocation, props)
        return self._address(allocation)

    def tag_address(self, physical_id, old_props, new_props, _stack_name):
        allocation = self._allocation(physical_id)
        self._apply_tags(allocation, new_props, old_props)
        return self._address(allocation)

    def release(self, physical_id, _props):
        allocation = self._allocation(physical_id)
        users = [
            gateway["NatGatewayId"]
            for gateway in self._ec2._nat_gateways.values()
            if gateway["AllocationId"] == allocation and gateway["State"] != "deleted"
        ]
        if users:
            raise ValueError(f"{physical_id} is in use by {', '.join(users)}")
        _answer(self._ec2._release_address({"AllocationId": [allocation]}))

    def open(self, _logical_id, props, _stack_name):
        subnet, allocation = props["SubnetId"], props["AllocationId"]
        if subnet not in self._ec2._subnets:
            raise ValueError(f"there is no subnet {subnet}")
        if allocation not in self._ec2._addresses:
            raise ValueError(f"there is no allocation {allocation}")
        answer = _answer(self._ec2._create_nat_gateway({"SubnetId": [subnet], "AllocationId": [allocation]}))
        gateway = _element(answer, "natGatewayId")
        self._apply_tags(gateway, props)
        return gateway, {"NatGatewayId": gateway}

    def tag_or_replace_gateway(self, physical_id, old_props, new_props, stack_name):
        if any(old_props.get(key) != new_props.get(key) for key in ("SubnetId", "AllocationId")):
            replaced = self.open(None, new_props, stack_name)
            self.close(physical_id, old_props)
            return replaced
        self._apply_tags(physical_id, new_props, old_props)
        return physical_id, {"NatGatewayId": physical_id}

    def close(self, physical_id, _props):
        _answer(self._ec2._delete_nat_gateway({"NatGatewayId": [physical_id]}))

    def _allocation(self, public_ip):
        for allocation, address in self._ec2._addresses.items():
            if address["PublicIp"] == public_ip:
                return allocation
        raise ValueError(f"{public_ip} is no address of this account")

    def _address(self, allocation):
        public_ip = self._ec2._addresses[allocation]["PublicIp"]
        return public_ip, {"AllocationId": allocation, "PublicIp": public_ip}


def _answer(response):
    status, _, body = response
    text = body.decode() if isinstance(body, bytes) else body
    if status >= 400:
        raise ValueError(text)
    return text


def _element(text, name):
    found = re.search(f"<{name}>([^<]+)</{name}>", text)
    if not found:
        raise ValueError(f"no {name} in {text}")
    return found[1]
