#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""What every file owes: licence, length, no paths of one machine."""

import re

import common

FUNCTION_LINES = 60
FILE_LINES = 500

TEXT = ('.c', '.h', '.py', '.sh', '.ttl', '.md', '.lua', '.1', '.json',
        'wscript', 'waf', '.ci/run', 'packages')

# Written in parts, so that this file does not find itself
MACHINE = ('/wo' + 'rk/', '/tmp' + '/h/', '/ro' + 'ot/', '.py' + 'env')
HOSTS = ('pypi.' + 'org', 'registry.' + 'npmjs', 'crates.' + 'io',
         'deb.' + 'debian.org', 'proxy.' + 'golang', 'ghcr.' + 'io',
         'hugging' + 'face.co')

# Never right in our code: unbounded, locale-bound or shared with the host
BANNED = ('strcpy', 'strcat', 'sprintf', 'vsprintf', 'gets', 'strtok',
          'setlocale', 'system', 'popen', 'alloca', 'tmpnam', 'mktemp',
          'atoi', 'atof')

FUNCTION = re.compile(r'^(?![\s#}/]|typedef|struct|enum|union)[^;{}=]*\)\s*\{$',
                      re.M)


def test_licence():
    """Every file of code names its licence in its first lines"""
    files = common.files('.c', '.h', '.py', '.sh', '.ttl', '.lua', 'wscript')
    return [name for name in files + common.files('waf', '.ci/run')
            if 'SPDX-License-Identifier: ISC'
            not in '\n'.join(common.read(name).split('\n')[:4])]


def test_machine():
    """No path of one machine, no registry's host"""
    bad = []
    for name in common.files(*TEXT):
        for number, line in enumerate(common.read(name).split('\n'), 1):
            bad += ['%s:%d: %s' % (name, number, word)
                    for word in MACHINE + HOSTS if word in line]
    return bad


def test_file_length():
    """No file of code has more than %d lines"""
    lengths = [(common.read(n).count('\n'), n)
               for n in common.files('.c', '.h', '.py', '.sh', 'waf')
               if not n.endswith('_table.h')]  # generated
    return ['%s: %d lines' % (name, length) for length, name in lengths
            if length > FILE_LINES]


def functions(name):
    """(line, lines of the body) of each function."""
    text = common.code(name)
    for match in FUNCTION.finditer(text):
        end = text.find('\n}', match.end())
        yield (text.count('\n', 0, match.start()) + 1,
               text.count('\n', match.end(), end))


def test_function_length():
    """No function has more than %d lines"""
    return ['%s:%d: %d lines' % (name, line, length)
            for name in common.files('.c')
            for line, length in functions(name)
            if length > FUNCTION_LINES]


def test_banned():
    """None of the banned functions is called outside tests"""
    call = re.compile(r'(?<![\w.>])(%s)\s*\(' % '|'.join(BANNED))
    bad = []
    for name in common.files('.c', '.h'):
        if name.startswith('tests/'):
            continue
        for number, line in enumerate(common.code(name).split('\n'), 1):
            bad += ['%s:%d: %s' % (name, number, m.group(1))
                    for m in call.finditer(line)]
    return bad


def test_no_volatile():
    """Nothing is volatile: threads use C11 atomics"""
    return [name for name in common.files('.c', '.h')
            if re.search(r'\bvolatile\b', common.code(name))]


def test_width():
    """No line of Python or shell is wider than 80 columns"""
    return ['%s:%d' % (name, number)
            for name in common.files('.py', '.sh', 'wscript', 'waf')
            for number, line in enumerate(common.read(name).split('\n'), 1)
            if len(line) > 80]


def test_blanks():
    """No tab outside Turtle, no blank at a line's end"""
    return ['%s:%d' % (name, number)
            for name in common.files('.c', '.h', '.py', '.sh', 'wscript', 'waf')
            for number, line in enumerate(common.read(name).split('\n'), 1)
            if '\t' in line or line != line.rstrip()]


if __name__ == '__main__':
    test_file_length.__doc__ %= FILE_LINES
    test_function_length.__doc__ %= FUNCTION_LINES
    common.run([test_licence, test_machine, test_file_length,
                test_function_length, test_banned, test_no_volatile,
                test_width, test_blanks])
