#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
"""Print what was measured, and ratios: what the mdev bus needs to what the PCI bus does."""

import argparse
import collections
import fileinput
import statistics

# what is compared in the virtual machine: name, unit, this one to that one
COMPARED = (
    ('attach-us', 'attach, us', 'mdev_pci', 'vfio-pci'),
    ('attach-calls', 'attach, system calls', 'mdev_pci', 'vfio-pci'),
    ('detach-us', 'detach, us', 'mdev_pci', 'vfio-pci'),
    ('detach-calls', 'detach, system calls', 'mdev_pci', 'vfio-pci'),
    ('forward-pps', 'forward, packets/s', 'mdev_pci', 'uio_pci_generic'),
    ('forward-cycles', 'forward, cycles/packet', 'mdev_pci', 'uio_pci_generic'),
    ('forward-instructions', 'forward, instructions/packet', 'mdev_pci', 'uio_pci_generic'),
    ('receive-pps', 'receive, packets/s', 'mdev_pci', 'uio_pci_generic'),
    ('receive-cycles', 'receive, cycles/packet', 'mdev_pci', 'uio_pci_generic'),
    ('receive-instructions', 'receive, instructions/packet', 'mdev_pci', 'uio_pci_generic'),
)


def startup(path):
    values = {}
    with open(path, encoding='utf-8') as file:
        for line in file:
            bus, count, allowed, taken, calls = line.split('\t')
            values[bus, int(count), allowed] = float(taken), int(calls)
    print('what devices add to a start, by how many are present and allowed:')
    for count, allowed in sorted({key[1:] for key in values}):
        for bus in 'mdev', 'pci':
            print('%6d, %s allowed, %-4s %8.2f ms, %6d system calls' % (
                count, allowed, bus, *values[bus, count, allowed]))
    most = max(count for _, count, _ in values)
    mdev, pci = values['mdev', most, 'all'], values['pci', most, 'all']
    print('all of %d: ratio %.2f of time, %.2f of system calls' % (
        most, mdev[0] / pci[0], mdev[1] / pci[1]))


def spread(values):
    return '%.0f (%.0f to %.0f)' % (statistics.median(values), min(values), max(values))


def machine(paths):
    values = collections.defaultdict(list)
    for line in fileinput.input(paths, encoding='utf-8'):
        name, driver, value = line.split('\t')
        values[name, driver].append(float(value))
    for name, title, mdev, pci in COMPARED:
        pairs = list(zip(values[name, mdev], values[name, pci]))
        ratios = [a / b for a, b in pairs]
        print('%s: %s %s, %s %s, ratio %.2f (%.2f to %.2f)' % (
            title, mdev, spread(values[name, mdev]), pci, spread(values[name, pci]),
            statistics.median(ratios), min(ratios), max(ratios)))
    sample = values['send-pps', 'mdev_vnet']
    print('sample NIC sends: %s packets/s, %s ns/packet in the kernel, ratio to '
          'forwarding by e1000e %.2f' % (
              spread(sample), spread(values['kernel-ns', 'mdev_vnet']),
              statistics.median(sample) /
              statistics.median(values['forward-pps', 'uio_pci_generic'])))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('startup', help='what startup.py has printed')
    parser.add_argument('machine', nargs='+', help='what vm/bench.sh has printed')
    arguments = parser.parse_args()
    startup(arguments.startup)
    machine(arguments.machine)


if __name__ == '__main__':
    main()
