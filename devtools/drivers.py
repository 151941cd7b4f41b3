#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
"""Tell which PCI drivers of a DPDK tree do not do with mediated devices, and why.

Looks for what such drivers have in common, and prints a table for the guide. What
was found to do no harm, by reading the driver, is left out.
"""

import argparse
import collections
import pathlib
import re
import sys

# What a driver does that is a cause of trouble, what comes of it, and what finds it:
# a regular expression for a statement, or a function of all statements of the driver.
# Those named as harmless were read: what is found in them has no effect, and why.
Cause = collections.namedtuple('Cause', 'title effect finds harmless', defaults=[{}])

# the name of the device, and of its port; "pci_dev->name" is the address instead
NAME = r'(?:\bdevice(?:\.|->)name|(?:rte_dev|data)->name|->device_name|TDEV_NAME\(\w+\))'
# names of objects in shared memory have at most this length
SHORT = r'RTE_(?:MEMZONE|RING|MEMPOOL|HASH)_NAMESIZE'
ADDR = r'\baddr(?:\.|->)'

LOG = re.compile(r'\s*(?:\w*(?:LOG|DBG|DEBUG|INFO|PRINT|ERR)\w*|\w+_(?:log|dbg|err|info)\w*)\(')
COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.S)
# what the causes can be found in
RELEVANT = re.compile(r'addr|name|vfio|/sys/|/dev/|device_list|\bchar\b')
ARRAY = re.compile(r'\bchar\s+(\w+)\[(\w+)\]')
FORMAT = re.compile(r'snprintf\([^,]+,\s*(?P<size>[^,]+),\s*"(?P<format>[^"]*%s[^"]*)",'
                    r'(?P<values>.*)', re.S)
PCI = re.compile(r'\b(?:rte|plt|bus)_pci_')
# no statement ends within the parentheses of a call
STATEMENT = re.compile(r'[^;{}]+')

HEAD = '''\
..  SPDX-License-Identifier: BSD-3-Clause
    Copyright(c) 2026 The DPDK mdev bus authors

.. list-table::
   :header-rows: 1
   :widths: 30 30 40
'''


def named_objects(statements):
    """Ends of short names that are made of the device's name, by what they begin with."""
    names = collections.defaultdict(set)
    sizes = {}
    for text in statements:
        sizes.update(('sizeof(%s)' % name, size) for name, size in ARRAY.findall(text))
        match = FORMAT.search(text)
        if match and re.search(NAME, match['values']) and \
                re.fullmatch(SHORT, sizes.get(match['size'], match['size'])):
            begin, _, end = match['format'].partition('%s')
            names[begin].add(end)
    return names


def same_names(statements):
    return any(len(ends) > 1 for ends in named_objects(statements).values())


def long_names(statements):
    return bool(named_objects(statements)) and not same_names(statements)


def ignored_domain(statements):
    """Names, and numbers, of bus and device without the domain."""
    return any(re.search(ADDR + r'bus\b', text) and re.search(ADDR + r'devid\b', text) and
               not re.search(r'domain|\w+_FMT\s*"|^\W*if\b', text)
               for text in statements) or any(
                   re.search(r"strchr\([^)]*name, ':'\)|domain << 16", text)
                   for text in statements)


def function_number(statements):
    return any(re.search(ADDR + r'function\b', text) and
               not re.search(r'"|\bbus\b|domain', text) for text in statements)


def used_address(statements):
    """Uses of the physical address of a BAR but comparing it with 0."""
    return any(re.search(r'(?:mem_resource\[\w+\]\.|resource->|\bres->)phys_addr(?!\s*==\s*0)',
                         text) and not re.search(r'!\s*[\w>.-]+mem_resource|phys_addr\s*=\s*0', text)
               for text in statements)


CAUSES = [
    Cause('Opens VFIO, or files in sysfs, by the PCI address',
          'Fails: the system does not know the address.',
          r'vfio_(?:get_group_num|container_create)\(|rte_pci_get_sysfs_path\(|'
          r'"/sys/bus/pci/devices',
          {'net/bnxt': 'looks for the parent of a virtual function, for TruFlow',
           'common/mlx5': 'found below', 'net/mlx5': 'found below',
           'net/netvsc': 'looks for virtual functions of a VMBus device'}),
    Cause('Looks for a network interface, or for verbs, by the PCI address',
          'Fails: these drivers share their device with the kernel.',
          r'get_device_list\('),
    Cause('Takes a BAR without a physical address for none',
          'Works: that of a mediated device is not 0.',
          r'phys_addr\s*==\s*0|!\s*[\w>.-]+mem_resource\[\w+\]\.phys_addr'),
    Cause('Uses the physical address of a BAR',
          'What needs that address does not work: nothing in ``event/dlb2``, '
          'and in ``net/hinic`` what needs pages of 64 KiB.', used_address,
          {'net/ena': 'takes the remainder by the size of a page, which is 0',
           'net/ionic': 'only keeps it'}),
    Cause('Makes names of objects longer than 31 characters, which then are the same',
          'Fails, unless the device has a short name.', same_names,
          {'compress/nitrox': 'the name is the PCI address'}),
    Cause('Makes names of objects longer than 31 characters',
          'Works with devices whose UUIDs begin differently, or which have short names.',
          long_names,
          {'crypto/nitrox': 'the name is the PCI address',
           'net/enic': 'a name of memory that nobody looks for'}),
    Cause('Compares 17 characters of names',
          'Works with devices whose UUIDs begin differently, or which have short names.',
          r'strncmp\([^;]*' + NAME + r', PCI_PRI_STR_SIZE\)'),
    Cause('Ignores the domain of the PCI address, or a part of it',
          'Works: the bus differs, too, for 256 attachments.', ignored_domain),
    Cause('Takes the number of the function, or of the device, for an index',
          'Takes every device for the same one.', function_number,
          {'net/mlx5': 'found above', 'net/sxe2': 'only keeps it',
           'raw/ifpga': 'only logs it'}),
    Cause('Names its object by the PCI address',
          'Works, but the object has another name after each attachment, and not the UUID.',
          r'rte_pci_device_name\(',
          dict.fromkeys(['net/mlx5', 'net/nbl', 'net/ntnic', 'net/sfc', 'vdpa/ifc',
                         'vdpa/nfp', 'vdpa/sfc'], 'only logs it, or found above')),
    Cause('Asks for removal by the PCI address',
          'Is not told of a removal; the application is.',
          r'event_callback_register\(\s*\w+->name'),
]


def statements(directory):
    """The statements of a PCI driver, without comments, and what it only logs."""
    found = []
    is_pci = False
    for path in sorted(directory.rglob('*.[ch]')):
        if 'windows' in path.parts or 'bsd' in path.parts:
            continue
        text = path.read_text(errors='replace')
        is_pci |= PCI.search(text) is not None
        text = COMMENT.sub(lambda match: match[0] if match[0][0] == '"' else ' ', text)
        found += [line for line in STATEMENT.findall(text)
                  if RELEVANT.search(line) and not LOG.match(line)]
    return found if is_pci else []


def drivers(tree):
    """Names and directories of the drivers."""
    for path in sorted((tree / 'drivers').glob('*/*/')):
        if path.parent.name == 'bus':
            continue
        paths = sorted(path.glob('*/')) if path.name == 'intel' else [path]
        for directory in paths:
            yield '/'.join([path.parent.name, directory.name]), directory


def find(tree):
    """Names of drivers by cause."""
    found = collections.defaultdict(list)
    for name, directory in drivers(tree):
        text = statements(directory)
        for cause in CAUSES:
            finds = cause.finds
            if isinstance(finds, str):
                hit = any(re.search(finds, line) for line in text)
            else:
                hit = finds(text)
            if hit and name not in cause.harmless:
                found[cause.title].append(name)
    return found


def table(found):
    rows = [['What the driver does', 'What comes of it', 'Drivers']]
    rows += [[cause.title, cause.effect, ', '.join(found[cause.title])]
             for cause in CAUSES if cause.title in found]
    return HEAD + ''.join('\n   * - ' + '\n     - '.join(row) for row in rows) + '\n'


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('tree', type=pathlib.Path, help='a DPDK tree')
    args = parser.parse_args()
    if not (args.tree / 'drivers').is_dir():
        sys.exit('%s: no DPDK tree' % args.tree)
    sys.stdout.write(table(find(args.tree)))


if __name__ == '__main__':
    main()
