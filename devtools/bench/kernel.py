#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
"""Print what vm/bench-kernel.sh has measured: a table, data for the plot."""

import argparse
import collections
import fileinput
import statistics

WAYS = ('mdev_vnet', 'virtio-user', 'af_packet', 'af_xdp', 'net_tap')
# name, title, digits
MEASURED = (
    ('send-60', 'To the kernel, 60 bytes, packets/s', 0),
    ('send-1500', 'To the kernel, 1,500 bytes, packets/s', 0),
    ('receive-60', 'From the kernel, 60 bytes, packets/s', 0),
    ('receive-1500', 'From the kernel, 1,500 bytes, packets/s', 0),
    ('tcp', 'TCP between two ports, Mbit/s', 0),
    ('round-trip', 'Round trip, ms', 2),
    ('instructions-60-32', 'Instructions in the kernel, 60 bytes, bursts of 32', 0),
    ('instructions-60-1', 'Instructions in the kernel, 60 bytes, one by one', 0),
    ('instructions-1500-32', 'Instructions in the kernel, 1,500 bytes, bursts of 32', 0),
    ('tcp-instructions', 'TCP between two ports, Mbit for 10^9 instructions', 0),
)


def cell(values, digits):
    """The median, and between what the values were. Too little to be counted is 0."""
    if not any(values):
        return '-'
    text = '{:,.{}f}'.format(statistics.median(values), digits)
    if len(values) > 1:
        text += ' ({:,.{}f} to {:,.{}f})'.format(min(values), digits, max(values), digits)
    return text


def table(values):
    print('.. list-table::')
    print('   :header-rows: 1\n')
    for row in [['', *WAYS]] + [
            [title, *(cell(values[name, way], digits) for way in WAYS)]
            for name, title, digits in MEASURED]:
        for index, text in enumerate(row):
            print(('   %s - %s' % (' ' if index else '*', text)).rstrip())


def data(values):
    """A line for each way: instructions for a packet. They do not depend on the host."""
    for way in WAYS:
        # The thread of vhost-net gets no time on one processor.
        if way != 'virtio-user':
            print(way, *(statistics.median(values['instructions-' + name, way] or [0])
                         for name in ('60-32', '60-1', '1500-32')), sep='\t')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--plot', action='store_true', help='print data for the plot')
    parser.add_argument('measured', nargs='+', help='what vm/bench-kernel.sh has printed')
    arguments = parser.parse_args()

    values = collections.defaultdict(list)
    for line in fileinput.input(arguments.measured, encoding='utf-8'):
        name, way, value = line.split('\t')
        values[name, way].append(float(value))
    if arguments.plot:
        data(values)
    else:
        table(values)


if __name__ == '__main__':
    main()
