#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
"""Give a DPDK tree the mdev bus.

All results are computed from the source tree and checked before the first
file is written, so that a rule which does not fit leaves no half-changed tree.
What is there already is left alone, with its modification time.
"""

import argparse
import contextlib
import filecmp
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
# What of the repository has its place in a DPDK tree.
OVERLAY = ('app', 'doc', 'drivers', 'lib')
# A file with this line is ours to replace.
OURS = 'Copyright(c) 2026 The DPDK mdev bus authors'


class Error(Exception):
    pass


def read(path):
    return path.read_text(encoding='utf-8', errors='surrogateescape')


class Tree:
    """The source tree as it will be: its files, and the new text of some."""

    def __init__(self, root):
        self.root = root
        self.texts = {}

    def read(self, name):
        if name in self.texts:
            return self.texts[name]
        if not (self.root / name).is_file():
            raise Error('%s: no such file in the DPDK tree' % name)
        return read(self.root / name)

    def has(self, name):
        return name in self.texts or (self.root / name).is_file()

    def write(self, name, text):
        self.texts[name] = text


def walk(root):
    """Names of the files below root that are not hidden, relative to it."""
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = sorted(d for d in subfolders
                               if d[0] != '.' and d != '__pycache__')
        for name in sorted(names):
            if name[0] != '.' and not name.endswith('~'):
                yield (pathlib.Path(folder) / name).relative_to(root)


def layers(dpdk):
    """The directories to lay over the DPDK tree, later ones on top."""
    yield TOP
    for when in sorted((TOP / 'compat').glob('*/when')):
        if subprocess.run(['sh', when], cwd=dpdk, check=False).returncode == 0:
            yield when.parent


def overlay_files(layer):
    """Our files of one layer, and the places that they have in DPDK."""
    for folder in OVERLAY:
        for name in walk(layer / folder):
            yield layer / folder / name, os.path.join(folder, name)


def lay_over(tree, source, name):
    text = read(source)
    if (tree.root / name).exists():
        present = read(tree.root / name)
        if present != text and OURS not in present:
            raise Error('%s: DPDK has a file of this name' % name)
    tree.write(name, text)


# Semantic patches

def header(text, key):
    """Values of the '// key: value' lines at the top of a semantic patch."""
    return re.findall(r'^// %s: (.*)$' % key, text, re.MULTILINE)


def expectations(cocci):
    """What the semantic patch must leave in each file: (text, least, most)."""
    for line in header(read(cocci), 'expect'):
        least, most, text = re.match(r'(\d+)(?:-(\d+))? (.*)', line).groups()
        yield text, int(least), int(most or least)


def wanted_in(tree, cocci):
    """The files of this release which have what the semantic patch is about."""
    needed = header(read(cocci), 'only-if')
    for name in ' '.join(header(read(cocci), 'file')).split():
        if needed and not tree.has(name):
            continue
        text = tree.read(name)
        if all(part in text for part in needed):
            yield name, text


def met(cocci, text):
    """Does the text look like the result of the semantic patch? Say why not."""
    for wanted, least, most in expectations(cocci):
        count = text.count(wanted)
        if not least <= count <= most:
            return '"%s" is there %d times, not %d to %d' % (
                wanted, count, least, most)
    return None


def run_spatch(cocci, name, text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / os.path.basename(name)
        path.write_text(text, encoding='utf-8', errors='surrogateescape')
        result = subprocess.run(
            ['spatch', '--very-quiet', '--no-includes', '--in-place',
             '--sp-file', str(cocci), str(path)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False)
        if result.returncode != 0:
            raise Error('spatch failed:\n' + result.stdout)
        return read(path)


def transformed(cocci, name, text):
    """What the semantic patch makes of the text: as last time, if both are the same."""
    key = hashlib.sha256()
    for part in (read(cocci), name, text):
        key.update(part.encode('utf-8', errors='surrogateescape') + b'\0')
    known = TOP / '.cache/spatch' / key.hexdigest()
    if known.is_file():
        return read(known)
    text = run_spatch(cocci, name, text)
    with contextlib.suppress(OSError):  # who may not write works all the same
        known.parent.mkdir(parents=True, exist_ok=True)
        new = known.with_suffix('.%d' % os.getpid())
        new.write_text(text, encoding='utf-8', errors='surrogateescape')
        new.rename(known)
    return text


def patch(tree, cocci):
    if not header(read(cocci), 'file') or not list(expectations(cocci)):
        raise Error('names no file or expects nothing')
    for name, text in wanted_in(tree, cocci):
        if met(cocci, text) is None:
            continue
        # what must be gone is in every unmodified file
        if any(most and wanted in text for wanted, _, most in expectations(cocci)):
            raise Error('%s: applied in part, or in another version' % name)
        text = transformed(cocci, name, text)
        problem = met(cocci, text)
        if problem:
            raise Error('%s: does not match: %s' % (name, problem))
        tree.write(name, text)


def check_patched(tree, cocci):
    """No later rule may have hidden what an earlier one did."""
    for name, text in wanted_in(tree, cocci):
        problem = met(cocci, text)
        if problem:
            raise Error('%s: undone by a later rule: %s' % (name, problem))


# Insertions

def parse_insertions(text):
    """Stanzas of 'key: value' and '+line' lines, an empty line between."""
    for stanza in re.split(r'\n\s*\n', text):
        insertion = {'lines': []}
        for line in stanza.splitlines():
            if line.startswith('+'):
                insertion['lines'].append(line[1:])
            elif not line.startswith('#'):
                key, value = line.split(': ', 1)
                insertion[key] = value
        if 'file' in insertion:
            yield insertion


def insertion_tables(layers_used):
    yield TOP / 'devtools/insertions'
    for layer in layers_used:
        if (layer / 'insertions').is_file():
            yield layer / 'insertions'


def release(tree):
    """The release in the form that names its notes: 26.11.0-rc0 is 26_11."""
    return '_'.join(tree.read('VERSION').split('.')[:2])


def find_lines(lines, wanted, times):
    found = [i for i, line in enumerate(lines) if line.strip() == wanted]
    if len(found) != times:
        raise Error('the line "%s" is there %d times, not %d' %
                    (wanted, len(found), times))
    return found


def find_line(lines, wanted):
    return find_lines(lines, wanted, 1)[0]


def sorted_place(lines, opening, new):
    """Index in the list that the line opens: before the first greater item."""
    for i in range(opening + 1, len(lines)):
        if lines[i].strip()[:1] in (']', ')', '}') or lines[i].strip() > new:
            return i
    raise Error('the list has no end')


def is_inserted(lines, new, known_by):
    """Are the new lines there, one after the other? All or none must be."""
    stripped = [line.strip() for line in lines]
    wanted = [line.strip() for line in new]
    if any(stripped[i:i + len(wanted)] == wanted for i in range(len(lines))):
        return True
    mark = known_by or next(line for line in wanted if line)
    if mark in stripped:
        raise Error('"%s" is there, without what belongs to it' % mark)
    return False


def without(lines, removed):
    """The lines without the one that is to be removed, which may have been."""
    if all(line.strip() != removed for line in lines):
        return lines
    place = find_line(lines, removed)
    return lines[:place] + lines[place + 1:]


def insert(tree, insertion):
    name = insertion['file'].replace('@RELEASE@', release(tree))
    if 'only-if' in insertion and not tree.has(name):
        return
    text = tree.read(name)
    if insertion.get('only-if', '') not in text:
        return
    lines = text.splitlines(keepends=True)
    if 'remove' in insertion:
        tree.write(name, ''.join(without(lines, insertion['remove'])))
        return
    new = insertion['lines']
    if is_inserted(lines, new, insertion.get('known-by')):
        return
    replaced = 0
    if 'after' in insertion:
        anchor = find_line(lines, insertion['after'])
        places = [(anchor, anchor + 1)]
    elif 'before' in insertion:
        anchor = find_line(lines, insertion['before'])
        places = [(anchor, anchor)]
    elif 'replace' in insertion:
        times = int(insertion.get('times', 1))
        places = [(i, i) for i in find_lines(lines, insertion['replace'], times)]
        replaced = 1
    else:
        anchor = find_line(lines, insertion['sort-into'])
        places = [(anchor + 1, sorted_place(lines, anchor, new[0]))]
    for anchor, place in reversed(places):
        indent = re.match(r'\s*', lines[anchor]).group()
        lines[place:place + replaced] = [(indent + line).rstrip() + '\n' for line in new]
    tree.write(name, ''.join(lines))


# Putting it together

class Parts:
    """What some layers change: files, semantic patches, insertions."""

    def __init__(self, layers_used):
        layers_used = list(layers_used)
        self.files = []
        self.rules = []
        for layer in layers_used:
            for source, name in overlay_files(layer):
                if source.suffix == '.cocci':
                    self.rules.append(source)
                else:
                    self.files.append((source, name))
        self.rules.sort(key=lambda path: path.name)
        self.insertions = [(table, insertion)
                           for table in insertion_tables(layers_used)
                           for insertion in parse_insertions(read(table))]


def put_together(tree, parts):
    """Make the changes, in a tree that may have the other parts already."""
    for source, name in parts.files:
        lay_over(tree, source, name)
    for step in (patch, check_patched):
        for cocci in parts.rules:
            try:
                step(tree, cocci)
            except Error as error:
                raise Error('%s: %s' % (cocci.relative_to(TOP), error)) from None
    for table, insertion in parts.insertions:
        try:
            insert(tree, insertion)
        except Error as error:
            raise Error('%s: %s: %s' % (table.relative_to(TOP),
                                        insertion['file'], error)) from None


def plan(dpdk):
    """The tree as it will be; nothing is written."""
    if not (dpdk / 'lib/eal').is_dir() or not (dpdk / 'VERSION').is_file():
        raise Error('%s: not a DPDK tree' % dpdk)
    tree = Tree(dpdk)
    put_together(tree, Parts(layers(dpdk)))
    return tree


def same_stat(a, b):
    return (a.st_size, int(a.st_mtime), a.st_mode) == (
        b.st_size, int(b.st_mtime), b.st_mode)


def is_build_folder(path):
    return (path / 'meson-private').is_dir()


def source_files(root):
    """Every file of a DPDK tree but git's own and what was built in it."""
    for folder, subfolders, names in os.walk(root):
        folder = pathlib.Path(folder)
        subfolders[:] = [d for d in subfolders
                         if d != '.git' and not is_build_folder(folder / d)]
        for name in names:
            yield str((folder / name).relative_to(root))


def mirror(tree, target):
    """Make target a copy of the tree, but for the files with a new text."""
    names = set(source_files(tree.root))
    for name in names - set(tree.texts):
        source, copy = tree.root / name, target / name
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy)
        elif not same_stat(source.stat(), copy.stat()) and not filecmp.cmp(
                source, copy, shallow=False):
            # with the time of now, for ninja to see that it has changed
            shutil.copy(source, copy)
    for name in set(source_files(target)) - names - set(tree.texts):
        (target / name).unlink()


def install(tree, target):
    """Write the new texts, first all of them beside their places; return which."""
    changed = []
    for name, text in tree.texts.items():
        path = target / name
        if path.exists() and read(path) == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(path.name + '.mdev-new')
        new.write_text(text, encoding='utf-8', errors='surrogateescape')
        if (tree.root / name).exists():
            shutil.copymode(tree.root / name, new)
        changed.append((new, path))
    for new, path in changed:
        new.replace(path)
    return [path for _, path in changed]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('dpdk', help='directory of the DPDK tree')
    parser.add_argument('target', nargs='?', help='directory for the result, '
                        'made like the DPDK tree; else that tree is changed')
    args = parser.parse_args()
    dpdk = pathlib.Path(args.dpdk).resolve()
    try:
        tree = plan(dpdk)
        target = dpdk
        if args.target:
            target = pathlib.Path(args.target).resolve()
            mirror(tree, target)
        count = len(install(tree, target))
    except (Error, OSError) as error:
        sys.exit('%s: %s' % (os.path.basename(__file__), error))
    print('%s: %d files changed' % (target, count), file=sys.stderr)


if __name__ == '__main__':
    main()
