#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 180

"""The checks of tests/lint find what they are there for."""

import os
import re
import shutil
import subprocess
import sys

TOP = os.environ['BL_TOP']
TMP = os.environ['BL_TMP']
sys.path.insert(0, os.path.join(TOP, 'tests', 'lint'))

import common  # noqa: E402 pylint: disable=wrong-import-position

HEAD = '// Copyright 2026 The Backline authors\n' \
       '// SPDX-License-Identifier: ISC\n\n'

# File to plant, its text, the lint program, what its complaint must name
PLANTS = (
    ('plugin/base/bad.c', '#include "job/job.h"\n', 'includes', 'job/job.h'),
    ('plugin/rt/bad.c', '#include "take/take.h"\n', 'includes', 'take/take.h'),
    ('plugin/take/bad.c', '#include <lv2/core/lv2.h>\n', 'includes', 'lv2'),
    ('band/bad.c', '#include "rt/capture.h"\n', 'includes', 'rt/capture.h'),
    ('ui/bad.c', '#include "job/job.h"\n', 'includes', 'job/job.h'),
    ('plugin/base/bad.h', '#ifndef BL_BASE_BAD_H\n#define BL_BASE_BAD_H\n'
     'uint32_t bl_bad(void);\n#endif\n', 'includes', 'uint32_t'),
    ('plugin/base/bad.h', '#ifndef BAD\n#define BAD\n#endif\n', 'includes',
     'BL_BASE_BAD_H'),
    ('plugin/base/bad.c', 'int x = 1;' + '\n' * 600, 'text', 'lines'),
    ('plugin/base/bad.c', 'static int\nbad(void)\n{\n%s  return 1;\n}\n' %
     ('  x();\n' * 60), 'text', '61 lines'),
    ('plugin/base/bad.c', 'int a = strcpy(b, c);\n', 'text', 'strcpy'),
    ('plugin/base/bad.c', 'static volatile int a;\n', 'text', 'bad.c'),
    ('plugin/base/bad.c', '// see /wo' + 'rk/shared\n', 'text', '/wo' + 'rk/'),
    ('plugin/base/bad.c', 'int a; \n', 'text', 'bad.c:4'),
    ('plugin/base/bad.h', 'BL_THREAD_RT int bl_bad_thing(int a);\n', 'rt',
     'bl_bad_thing'),
    ('plugin/base/bad.h', 'int bl_bad_thing(int a);\n', 'rt', 'bl_bad_thing'),
)


def lint(top, name, files):
    """Complaints of one lint program about these files of the copy."""
    env = dict(os.environ, BL_TOP=top, BL_LINT_FILES=' '.join(files))
    result = subprocess.run(
        [os.path.join(top, 'tests', 'lint', 'test_%s.py' % name)], env=env,
        text=True, check=False, capture_output=True)
    return [line for line in result.stdout.splitlines()
            if line.startswith('#')]


def case(path, text, name, word):
    """A function that plants one fault and looks for its complaint."""
    def check():
        full = os.path.join(TMP, 'copy', path)
        code = path[:-2] + '.c'
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, 'w', encoding='utf-8') as file:
            file.write(HEAD + text)
        if name == 'rt':  # who is tagged must also be defined
            with open(os.path.join(TMP, 'copy', code), 'w',
                      encoding='utf-8') as file:
                file.write('int\nbl_bad_thing(int a)\n{\n  return a;\n}\n')
        found = lint(os.path.join(TMP, 'copy'), name, [path, code])
        for planted in (full, os.path.join(TMP, 'copy', code)):
            if os.path.exists(planted):
                os.remove(planted)
        if any(word in line and ('bad' in line) for line in found):
            return []
        return ['%s with %r was not found by %s' % (path, text[:60], name)] \
            + found
    check.__doc__ = '%s finds %s in %s' % (
        name, re.sub(r'\W+', ' ', word), path)
    return check


if __name__ == '__main__':
    for folder in ('plugin', 'band', 'cli', 'ui', 'tests'):
        shutil.copytree(os.path.join(TOP, folder),
                        os.path.join(TMP, 'copy', folder))
    for file_name in ('waf', 'wscript', '.ci'):
        source = os.path.join(TOP, file_name)
        target = os.path.join(TMP, 'copy', file_name)
        (shutil.copytree if os.path.isdir(source) else shutil.copy)(source,
                                                                    target)
    common.run([case(*plant) for plant in PLANTS])
