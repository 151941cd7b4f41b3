#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
"""Write what apply.py does to a DPDK tree as a series of patches.

Each file of devtools/series is a patch: its commit message, a line "---", and
the names of what belongs to it, one a line, shell patterns among them:

  - one of our files, by its place in DPDK;
  - a semantic patch, by its path in the repository;
  - an insertion, by the file that it changes; if there are more of them in
    that file, "file: first line that is inserted".

Everything must be in exactly one patch, and every name must be of something.

Those of devtools/series/fixes come first: they mend DPDK without the mdev bus.
"""

import argparse
import copy
import fnmatch
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
import apply  # pylint: disable=wrong-import-position

SERIES = apply.TOP / 'devtools/series'
FIXES = SERIES / 'fixes'
CONDITIONS = apply.TOP / 'devtools/conditions'
# those that it speaks of
RELEASES = ('22.11', '23.11', '24.11', '25.11', '26.07', '26.11')


class Patch:
    """One patch of the series, and the names of what belongs to it."""

    def __init__(self, path):
        lines = [line for line in apply.read(path).splitlines()
                 if not line.startswith('#')]
        end = lines.index('---')
        self.path = path.relative_to(apply.TOP)
        self.message = '\n'.join(lines[:end]).strip() + '\n'
        self.names = [line for line in lines[end + 1:] if line]

    def names_of(self, part_names):
        """Those of the patch's names that are of a part with these names."""
        return [name for name in self.names
                if any(part == name or fnmatch.fnmatchcase(part, name)
                       for part in part_names)]

    def of(self, parts):
        """Those of the parts that belong to the patch."""
        mine = copy.copy(parts)
        mine.files = [f for f in parts.files if self.names_of(file_names(f))]
        mine.rules = [r for r in parts.rules if self.names_of(rule_names(r))]
        mine.insertions = [i for i in parts.insertions
                           if self.names_of(insertion_names(i))]
        return mine


def all_patches():
    """The patches in their order."""
    return [Patch(path) for folder in (FIXES, SERIES)
            for path in sorted(folder.iterdir()) if path.is_file()]


def file_names(file):
    return [file[1]]


def rule_names(rule):
    return [str(rule.relative_to(apply.TOP))]


def insertion_names(entry):
    insertion = entry[1]
    first = next(filter(None, insertion['lines']), insertion.get('remove'))
    return [insertion['file'], '%s: %s' % (insertion['file'], first)]


def check(series):
    """Is the whole repository, for every release, in the series, and once?"""
    compat = sorted(when.parent for when in apply.TOP.glob('compat/*/when'))
    parts = apply.Parts([apply.TOP] + compat)
    used = set()
    for names in ([file_names(f) for f in parts.files] +
                  [rule_names(r) for r in parts.rules] +
                  [insertion_names(i) for i in parts.insertions]):
        owners = [p for p in series if p.names_of(names)]
        if len(owners) != 1:
            raise apply.Error('%s: in %s' % (
                names[-1], ' and '.join(str(p.path) for p in owners) or
                'no patch of devtools/series'))
        used.update((owners[0], n) for n in owners[0].names_of(names))
    for patch in series:
        for name in patch.names:
            if (patch, name) not in used:
                raise apply.Error('%s: %s: there is nothing of that name' %
                                  (patch.path, name))


def conditions(parts):
    """What the parts ask of files before they change them: (file, text)."""
    for rule in parts.rules:
        text = apply.read(rule)
        for needed in apply.header(text, 'only-if'):
            for name in ' '.join(apply.header(text, 'file')).split():
                yield name, needed
    for _, insertion in parts.insertions:
        if 'only-if' in insertion:
            yield insertion['file'], insertion['only-if']


def known_release(tree):
    """The release whose interfaces the tree has: those of VFIO changed within 26.11."""
    release = apply.release(tree).replace('_', '.')
    if release == '26.11' and not tree.has('lib/eal/linux/include/dev_vfio.h'):
        return '26.07'
    return release


def check_conditions(tree):
    """Does each condition hold in the tree if it is said to?"""
    here = known_release(tree)
    compat = sorted(when.parent for when in apply.TOP.glob('compat/*/when'))
    wanted = set(conditions(apply.Parts([apply.TOP] + compat)))
    for line in apply.read(CONDITIONS).splitlines():
        if not line or line.startswith('#'):
            continue
        releases, condition = line.split(' ', 1)
        first, last = releases.split('-')
        name, needed = condition.split(': ', 1)
        if (name, needed) not in wanted:
            raise apply.Error('%s: nothing asks for "%s"' % (name, needed))
        wanted.remove((name, needed))
        holds = tree.has(name) and needed in tree.read(name)
        if here in RELEASES and holds != (first <= here <= last):
            raise apply.Error('%s: "%s" is %sthere, unlike devtools/conditions says of %s' %
                              (name, needed, '' if holds else 'not ', here))
    for name, needed in sorted(wanted):
        raise apply.Error('%s: devtools/conditions does not say which releases have "%s"' %
                          (name, needed))


def git(repository, *args, **options):
    subprocess.run(['git', '-C', str(repository), *args], check=True,
                   text=True, **options)


def clone(dpdk, work):
    """Make a git repository of the tree, to commit to."""
    if (dpdk / '.git').exists():
        git(dpdk, 'clone', '--quiet', '--shared', '--no-tags', '.', str(work))
    else:
        apply.mirror(apply.Tree(dpdk), work)
        git(work, 'init', '--quiet')
        git(work, 'add', '--all', '--force')
        git(work, 'commit', '--quiet', '--message', 'base')
    git(work, 'tag', 'base')


def maintain(work, tree):
    """Who exports the series maintains what it adds."""
    title = 'Mediated device bus driver'
    if title not in tree.read('MAINTAINERS'):
        return
    identity = subprocess.run(['git', '-C', str(work), 'var', 'GIT_AUTHOR_IDENT'],
                              check=True, text=True, stdout=subprocess.PIPE).stdout
    # what follows the name and the address is the time
    name = identity[:identity.index('>') + 1]
    apply.insert(tree, {'file': 'MAINTAINERS', 'after': title, 'lines': ['M: ' + name]})


def commit(work, patch, changed):
    # some are for older releases alone
    if changed:
        git(work, 'add', '--force', *changed)
        git(work, 'commit', '--quiet', '--signoff', '--file', '-',
            input=patch.message)


def export(dpdk, work, output, fixes_only):
    series = all_patches()
    check(series)
    clone(dpdk, work)
    if (work / 'drivers/bus/mdev').exists():
        raise apply.Error('%s: has the mdev bus already' % dpdk)

    check_conditions(apply.Tree(work))
    whole = apply.plan(work)
    maintain(work, whole)
    # before a patch changes what they look for
    parts = apply.Parts(apply.layers(work))
    tree = apply.Tree(work)
    for patch in series:
        apply.put_together(tree, patch.of(parts))
        maintain(work, tree)
        commit(work, patch, apply.install(tree, work))
        if FIXES in (apply.TOP / patch.path).parents:
            git(work, 'update-ref', 'refs/tags/fixes', 'HEAD')
    for name in whole.texts:
        if tree.texts.get(name) != whole.texts[name]:
            raise apply.Error('%s: the series makes it another than '
                              'devtools/apply.sh' % name)
    git(work, 'format-patch', '--output-directory', str(output),
        'base..fixes' if fixes_only else 'base')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--fixes', action='store_true',
                        help='write only what mends DPDK by itself')
    parser.add_argument('dpdk', help='directory of the DPDK tree')
    parser.add_argument('work', help='directory to make, for a clone of it')
    parser.add_argument('output', help='directory for the patches')
    args = parser.parse_args()
    try:
        export(pathlib.Path(args.dpdk).resolve(),
               pathlib.Path(args.work).resolve(),
               pathlib.Path(args.output).resolve(), args.fixes)
    except (apply.Error, OSError, subprocess.CalledProcessError) as error:
        sys.exit('export-series: %s' % error)


if __name__ == '__main__':
    main()
