#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
"""What the start of a program costs with many devices present.

Starts dpdk-test on directories like those in sysfs, of mediated devices and of
PCI functions, for which no driver asks. Prints a line of tab-separated values for
each case: bus, devices present, which are allowed ("one" or "all"), milliseconds
(the fastest of some runs), system calls; the last two without those of a start with
the same options and no device.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

RUNS = 7
COUNTS = (1, 100, 1000, 10000)
EAL_OPTIONS = ('--no-huge', '-m', '64', '--no-shconf', '--no-telemetry',
               '--iova-mode=va', '--log-level=error')
PCI_FILES = {
    'vendor': '0x1b36', 'device': '0x0005', 'subsystem_vendor': '0x1af4',
    'subsystem_device': '0x1100', 'class': '0x00ff00', 'numa_node': '-1',
    'max_vfs': '0',
    'resource': '\n'.join(['0x0000000000000000 ' * 2 + '0x0000000000000000'] * 13),
}


def uuid(index):
    return '%08x-29f4-4c1b-a3d7-5c0de9f12ab4' % index


def address(index):
    return '%04x:%02x:%02x.%x' % (index >> 16, index >> 8 & 255, index >> 3 & 31, index & 7)


def make_mdev_tree(root, count):
    """As in /sys/bus/mdev/devices: links to directories below the parent."""
    parent = root / 'parent'
    kind = parent / 'mdev_supported_types' / 'parent-kind'
    kind.mkdir(parents=True)
    # no driver of the bus serves it
    (kind / 'device_api').write_text('vfio-ccw\n')
    bus = root / 'devices'
    bus.mkdir()
    for index in range(count):
        name = uuid(index)
        (parent / name).mkdir()
        (parent / name / 'mdev_type').symlink_to('../mdev_supported_types/parent-kind')
        (bus / name).symlink_to('../parent/' + name)
    return bus


def make_pci_tree(root, count):
    for index in range(count):
        function = root / address(index)
        function.mkdir(parents=True)
        for name, text in PCI_FILES.items():
            (function / name).write_text(text + '\n')
        (function / 'driver').symlink_to('../../drivers/vfio-pci')
    return root


class Bench:
    def __init__(self, program, work):
        self.program = program
        self.work = work
        self.empty = work / 'empty'
        self.empty.mkdir()

    def start(self, trees, options, prefix=()):
        environment = dict(os.environ, DPDK_TEST='version_autotest',
                           SYSFS_PCI_DEVICES=str(trees.get('pci', self.empty)),
                           TEST_MDEV_DEVICES=str(trees.get('mdev', self.empty)))
        subprocess.run([*prefix, self.program, *EAL_OPTIONS, *options],
                       env=environment, check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def milliseconds(self, trees, options):
        times = []
        for _ in range(RUNS):
            begin = time.monotonic()
            self.start(trees, options)
            times.append((time.monotonic() - begin) * 1000)
        return min(times)

    def calls(self, trees, options):
        log = self.work / 'strace'
        calls = []
        # threads that wait for each other call more or less often
        for _ in range(3):
            self.start(trees, options, ('strace', '-f', '-c', '-o', str(log)))
            # the last line: share, seconds, microseconds per call, calls
            calls.append(int(log.read_text().splitlines()[-1].split()[3]))
        return min(calls)

    def measure(self, trees, options):
        return self.milliseconds(trees, options), self.calls(trees, options)


def cases(bus, count):
    """Options by which one of the devices is allowed, and all of them."""
    if bus == 'mdev':
        name, others = uuid, ('--no-pci',)
    else:
        name, others = address, ()
    yield 'one', ('-a', name(count - 1), *others)
    yield 'all', ('-b', name(count), *others)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('program', help='dpdk-test')
    program = parser.parse_args().program

    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(program, pathlib.Path(folder))
        for count in COUNTS:
            for bus, make in ('mdev', make_mdev_tree), ('pci', make_pci_tree):
                tree = make(bench.work / ('%s-%d' % (bus, count)), count)
                for allowed, options in cases(bus, count):
                    base_time, base_calls = bench.measure({}, options)
                    taken, calls = bench.measure({bus: tree}, options)
                    print(bus, count, allowed, '%.2f' % (taken - base_time),
                          calls - base_calls, sep='\t', flush=True)


if __name__ == '__main__':
    sys.exit(main())
