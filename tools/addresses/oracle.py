"""Says of each address on standard input whether Python's `ipaddress` takes it for one of the public internet.

The test `addresses` of hookstep-core compares it with Hookstep's own rule. One line with one address in, one character out:
`1` public, `0` not. An IPv4 address inside IPv6 (`::ffff:a.b.c.d`) is judged as the IPv4 address, as Python itself does
from 3.13 on.

`is_global` alone is not enough: multicast addresses are global to Python, and so is what is reserved in IPv6.
"""

import ipaddress
import sys


def public(text: str) -> bool:
    address = ipaddress.ip_address(text)
    if address.version == 6:
        address = address.ipv4_mapped or address
    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or getattr(address, "is_site_local", False)
    )


def main() -> None:
    sys.stdout.write("".join("1" if public(line.strip()) else "0" for line in sys.stdin))


if __name__ == "__main__":
    main()
