#!/usr/bin/env python
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""Backline's build: see README.md, section "How to work on it"."""

import os
import subprocess
import sys

from waflib import Options

APPNAME = 'backline'
VERSION = '0.1.0'

top = '.'
out = 'build'

WARNINGS = ['-Wall', '-Wextra', '-Wpedantic', '-Wshadow', '-Wconversion',
            '-Wstrict-prototypes', '-Wmissing-prototypes', '-Wvla',
            '-Wcast-qual', '-Wwrite-strings', '-Wundef']


def options(ctx):
    ctx.load('compiler_c')
    ctx.add_option('--only', help='check: only tests whose name matches '
                   'this regular expression')


def configure(conf):
    conf.load('compiler_c')
    conf.env.append_unique('CFLAGS', ['-std=c11', '-O2', '-g', '-fPIC',
                                      '-fvisibility=hidden'] + WARNINGS)
    conf.env.append_unique('DEFINES', ['_GNU_SOURCE',
                                       'BL_VERSION="%s"' % VERSION])
    for store, package in (('LV2', 'lv2'), ('CURL', 'libcurl'),
                           ('CJSON', 'libcjson'), ('SNDFILE', 'sndfile'),
                           ('SAMPLERATE', 'samplerate'),
                           ('EBUR128', 'libebur128'),
                           ('MICROHTTPD', 'libmicrohttpd'),
                           ('FLUIDSYNTH', 'fluidsynth'),
                           ('KISSFFT', 'kissfft-float'),
                           ('LILV', 'lilv-0'), ('CMOCKA', 'cmocka')):
        conf.check_cfg(package=package, args='--cflags --libs',
                       uselib_store=store)
    conf.check_cc(lib='m', uselib_store='M')
    conf.check_cc(lib='pthread', uselib_store='PTHREAD')


def build(bld):
    bld.recurse('plugin band cli tests', mandatory=False)


def check(ctx):
    """builds and runs all tests; the last line counts them"""
    if not os.path.exists(os.path.join(out, 'c4che', '_cache.py')):
        Options.commands.append('configure')
    Options.commands += ['build', 'run_tests']


def run_tests(ctx):
    """runs the tests that are built"""
    only = ['--only', ctx.options.only] if ctx.options.only else []
    code = subprocess.call([sys.executable, os.path.join('tests', 'runner.py'),
                            '--build', out] + only)
    sys.exit(code)
