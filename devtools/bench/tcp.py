#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
"""Send over one TCP connection for some seconds, and print Mbit/s; or receive that."""

import argparse
import socket
import time

PORT = 5001
BLOCK = 65536
SECONDS = 3
# a way that loses what it is sent does not hold up the others
TIMEOUT = 20


def receive():
    """Answer each connection with a byte when everything has come."""
    with socket.create_server(('', PORT)) as server:
        while True:
            connection, _ = server.accept()
            with connection:
                while connection.recv(BLOCK):
                    pass
                connection.sendall(b'.')


def send(address, seconds):
    block = bytes(BLOCK)
    sent = 0
    with socket.create_connection((address, PORT), TIMEOUT) as connection:
        begin = time.monotonic()
        while time.monotonic() < begin + seconds:
            connection.sendall(block)
            sent += BLOCK
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)
        taken = time.monotonic() - begin
    print('%.1f' % (sent * 8 / taken / 1e6), flush=True)


def lines():
    """Prompt for each, so that who types them knows that the last one is done."""
    while True:
        try:
            yield input('tcp> ')
        except EOFError:
            return


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest='command', required=True)
    commands.add_parser('receive', help='until it is ended')
    sender = commands.add_parser('send')
    sender.add_argument('address')
    sender.add_argument('--seconds', type=float, default=SECONDS, metavar='N')
    sender.add_argument('--for-each-line', action='store_true', help='of the input, again')
    arguments = parser.parse_args()
    if arguments.command == 'send':
        for _ in lines() if arguments.for_each_line else [None]:
            send(arguments.address, arguments.seconds)
    else:
        receive()


if __name__ == '__main__':
    main()
