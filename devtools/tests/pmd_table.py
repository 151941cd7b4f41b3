#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
"""Judge what works with each NIC, and make the table of it.

Reads lines "result: NIC: FEATURE: RESULT" from a file for each driver, and notes.
They must explain every "no", and where uio_pci_generic differs; the mediated
device and vfio-pci must not differ. Prints a line of the Test Anything Protocol
for each NIC and feature.
"""

import argparse
import pathlib
import sys

# the mediated device, and what it is compared with
DRIVERS = ['mdev_pci', 'vfio-pci', 'uio_pci_generic']
RESULTS = ['yes', 'none', 'no']

HEAD = '''\
..  SPDX-License-Identifier: BSD-3-Clause
    Copyright(c) 2026 The DPDK mdev bus authors

.. list-table::
   :header-rows: 1
'''


def read_results(directory):
    """Results by NIC and feature, and of those by driver."""
    results = {}
    for driver in DRIVERS:
        for line in (directory / driver).read_text().splitlines():
            if line.startswith('result: '):
                _, nic, feature, result = line.split(': ')
                results.setdefault((nic, feature), {})[driver] = result
    return results


def read_notes(path):
    """Notes by NIC and feature. A line is "NIC, NIC: FEATURE: NOTE"."""
    notes = {}
    for line in path.read_text().splitlines():
        if line and not line.startswith('#'):
            nics, feature, note = line.split(': ', 2)
            for nic in nics.split(', '):
                notes[nic, feature] = note
    return notes


def unique(values):
    return list(dict.fromkeys(values))


def problem(found, note):
    """What is wrong with the results of a NIC and feature, if anything?"""
    missing = [driver for driver in DRIVERS if found.get(driver) not in RESULTS]
    if missing:
        return 'no result by ' + ' and '.join(missing)
    if found['mdev_pci'] != found['vfio-pci']:
        return 'the mediated device and the PCI device are not the same'
    values = set(found.values())
    needs_note = 'no' in values or len(values) > 1
    if needs_note and not note:
        return 'no note explains it'
    if note and values == {'yes'}:
        return 'a note explains what is not so'
    return None


def cell(found):
    """The result of the mediated device, and where PCI devices differ."""
    results = [found.get(driver, 'unknown') for driver in DRIVERS]
    return '; '.join([results[0]] + [
        '%s: %s' % pair for pair in zip(DRIVERS[1:], results[1:])
        if pair[1] != results[0]])


def judge(results, notes):
    nics = unique(nic for nic, _ in list(results) + list(notes))
    features = unique(feature for _, feature in list(results) + list(notes))
    for nic in nics:
        for feature in features:
            found = results.get((nic, feature), {})
            bad = problem(found, notes.get((nic, feature)))
            if bad:
                print('# %s' % bad)
            print('%s - %s: %s: %s' % ('not ok' if bad else 'ok', nic, feature,
                                       cell(found)))


def table(results, notes):
    nics = unique(nic for nic, _ in results)
    rows = [['Feature'] + nics]
    used = []
    for feature in unique(feature for _, feature in results):
        row = [feature]
        for nic in nics:
            text = cell(results.get((nic, feature), {}))
            note = notes.get((nic, feature))
            if note:
                if note not in used:
                    used.append(note)
                text += ' (%u)' % (used.index(note) + 1)
            row.append(text)
        rows.append(row)
    return HEAD + ''.join(
        '\n   * - ' + '\n     - '.join(row) for row in rows) + '\n\n' + ''.join(
            '%u. %s\n' % numbered for numbered in enumerate(used, 1))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ['results', 'notes', 'table']:
        parser.add_argument(name, type=pathlib.Path)
    args = parser.parse_args()
    results = read_results(args.results)
    if not results:
        sys.exit('%s: there are no results' % args.results)
    notes = read_notes(args.notes)
    judge(results, notes)
    args.table.write_text(table(results, notes))


if __name__ == '__main__':
    main()
