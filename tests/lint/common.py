# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""What the checks of tests/lint share: TAP, and the project's files."""

import os
import re
import subprocess
import sys
import traceback

TOP = os.environ.get('BL_TOP') or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get('BL_BUILD') or os.path.join(TOP, 'build')

SKIPPED_FOLDERS = ('.git', 'build', '__pycache__')


def files(*endings, under='.'):
    """Paths, relative to the top, of the project's files with these ends.

    Those that git knows or would add; without git, all that are there.
    BL_LINT_FILES narrows them down.
    """
    try:
        out = subprocess.run(
            ['git', '-C', TOP, 'ls-files', '-z', '-co', '--exclude-standard'],
            check=True, capture_output=True).stdout.decode()
        names = [n for n in out.split('\0') if n]
    except (OSError, subprocess.CalledProcessError):
        names = list(_walk())
    some = os.environ.get('BL_LINT_FILES')  # a test of the lint itself
    if some:
        names = [n for n in names if n in some.split()]
    folder = '' if under == '.' else under + '/'
    return sorted(n for n in set(names)
                  if n.startswith(folder) and (not endings
                                               or n.endswith(endings))
                  and os.path.isfile(os.path.join(TOP, n)))


def _walk():
    for folder, folders, names in os.walk(TOP):
        folders[:] = [f for f in folders if f not in SKIPPED_FOLDERS]
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), TOP)


def read(name):
    """Text of one of the project's files."""
    with open(os.path.join(TOP, name), encoding='utf-8') as text:
        return text.read()


def code(name):
    """The same for C without comments and strings; lines stay where they are.
    """
    def blank(match):
        word = match.group(0)
        if word[0] == '"':
            return '""'
        return ' ' + '\n' * word.count('\n')

    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\])\'',
                  lambda m: "'x'" if m.group(0)[0] == "'" else blank(m),
                  read(name), flags=re.DOTALL)


def run(cases):
    """Run functions that return lists of complaints, as TAP; exit."""
    print('1..%d' % len(cases))
    failed = 0
    for number, case in enumerate(cases, 1):
        try:
            complaints = case()
        except Exception:  # pylint: disable=broad-except
            complaints = traceback.format_exc().splitlines()
        failed += bool(complaints)
        print('%sok %d - %s' % ('not ' if complaints else '', number,
                                case.__doc__.split('\n')[0].rstrip('.')))
        for complaint in complaints:
            print('# ' + complaint)
        sys.stdout.flush()
    sys.exit(1 if failed else 0)
