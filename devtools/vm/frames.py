#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
"""Send Ethernet frames that hold the start of a TCP connection, a UDP datagram or
something of no known protocol, in turn, from one interface to one neighbour."""

import argparse
import ipaddress
import itertools
import socket
import struct
import time

PROTOCOLS = {'tcp': 6, 'udp': 17}
SOURCE_PORTS = range(1024, 1280)
# of frames that nobody takes: a type for experiments
OTHER_TYPE = 0x88b5
# frames that follow each other, whatever the rate
BURST = 64


def checksum(data):
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total > 0xffff:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def segment(protocol, source, destination):
    """The header of the protocol, which has no data."""
    if protocol == 'tcp':
        return struct.pack('!HHIIBBHHH', source, destination, 0, 0, 5 << 4, 2, 1024, 0, 0)
    return struct.pack('!HHHH', source, destination, 8, 0)


def packet(addresses, protocol, source, destination):
    """An IPv4 packet, with its checksums."""
    data = segment(protocol, source, destination)
    number = PROTOCOLS[protocol]
    pseudo = addresses + struct.pack('!HH', number, len(data))
    place = 16 if protocol == 'tcp' else 6
    data = data[:place] + struct.pack('!H', checksum(pseudo + data)) + data[place + 2:]
    header = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(data), 0, 0, 64, number, 0)
    header = header[:10] + struct.pack('!H', checksum(header + addresses)) + addresses
    return header + data


def frames(link, addresses, kind):
    """Endless ones of a kind: PROTOCOL:PORT, or other."""
    if kind == 'other':
        return itertools.repeat(link + struct.pack('!H', OTHER_TYPE) + bytes(46))
    protocol, port = kind.split(':')
    link += struct.pack('!H', 0x0800)
    return itertools.cycle([
        (link + packet(addresses, protocol, source, int(port))).ljust(60, b'\0')
        for source in SOURCE_PORTS])


def address(text):
    return ipaddress.IPv4Address(text).packed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('interface')
    parser.add_argument('mac', help='of the neighbour')
    parser.add_argument('source', type=address)
    parser.add_argument('destination', type=address)
    parser.add_argument('count', type=int, help='of all frames')
    parser.add_argument('kind', nargs='+', help='tcp:PORT, udp:PORT or other')
    parser.add_argument('--rate', type=int, help='frames per second')
    args = parser.parse_args()

    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
        out.bind((args.interface, 0))
        link = bytes.fromhex(args.mac.replace(':', '')) + out.getsockname()[4]
        kinds = [frames(link, args.source + args.destination, kind) for kind in args.kind]
        begin = time.monotonic()
        for i in range(args.count):
            out.send(next(kinds[i % len(kinds)]))
            # to sleep takes longer in the virtual machine than to send
            if args.rate and i % BURST == BURST - 1:
                time.sleep(max(0, begin + (i + 1) / args.rate - time.monotonic()))


if __name__ == '__main__':
    main()
