#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
"""Send a UDP datagram every millisecond, or receive what is sent. Each has the time when it
was sent, in ns, which both print."""

import argparse
import signal
import socket
import struct
import threading
import time

INTERVAL = 0.001


def send(address, port):
    """Until it is ended, between two datagrams."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        while not ended.is_set():
            now = time.time_ns()
            out.sendto(struct.pack('!Q', now), (address, port))
            print(now)
            # what a busy machine has delayed is not made up for by a burst
            time.sleep(INTERVAL)


def receive(port):
    """Until it is ended."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        receiver.bind(('', port))
        while True:
            print(struct.unpack('!Q', receiver.recv(64))[0], flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest='command', required=True)
    sender = commands.add_parser('send')
    sender.add_argument('address')
    sender.add_argument('port', type=int)
    receiver = commands.add_parser('receive')
    receiver.add_argument('port', type=int)
    args = parser.parse_args()
    if args.command == 'send':
        send(args.address, args.port)
    else:
        receive(args.port)


if __name__ == '__main__':
    main()
