"""What the broken copies are made with."""


def policy(resources, role):
    return resources[role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]


def apart(resources, name):
    """The statements of a policy that is a resource of its own."""
    return resources[name]["Properties"]["PolicyDocument"]["Statement"]


def without(mapping, *path):
    """Removes the entry at the end of `path`."""
    for key in path[:-1]:
        mapping = mapping[key]
    del mapping[path[-1]]


def put(value, mapping, *path):
    """Sets the entry at the end of `path`."""
    for key in path[:-1]:
        mapping = mapping[key]
    mapping[path[-1]] = value
