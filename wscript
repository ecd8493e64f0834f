#!/usr/bin/env python
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""Backline's build: see README.md, section "How to work on it"."""

import os
import subprocess
import sys

from waflib import Build, ConfigSet, Configure, Logs, Options, Scripting

APPNAME = 'backline'
VERSION = '0.1.0'

top = '.'
out = 'build'

# `./waf build` configures by itself, with the options of the last time
Configure.autoconfig = 'clobber'

WARNINGS = ['-Wall', '-Wextra', '-Wpedantic', '-Wshadow', '-Wconversion',
            '-Wstrict-prototypes', '-Wmissing-prototypes', '-Wvla',
            '-Wcast-qual', '-Wwrite-strings', '-Wundef']

SANITIZERS = {'address': 'address,undefined', 'thread': 'thread'}

LIBRARIES = (('LV2', 'lv2'), ('X11', 'x11 x11-xcb'), ('XCB', 'xcb xcb-xfixes'),
             ('PANGO', 'pangocairo'), ('CURL', 'libcurl'),
             ('CJSON', 'libcjson'), ('SNDFILE', 'sndfile'),
             ('SAMPLERATE', 'samplerate'),
             ('EBUR128', 'libebur128'), ('MICROHTTPD', 'libmicrohttpd'),
             ('FLUIDSYNTH', 'fluidsynth'), ('KISSFFT', 'kissfft-float'),
             ('NETTLE', 'nettle'))

# What the demo runs: the plugin, its Turtle and the band, but not the window
DEMO_TARGETS = 'plugin,ttl,groove_texts,backline-band,demo/demo'

# Without these everything is built but the demo and the tests
TEST_LIBRARIES = (('LILV', 'lilv-0'), ('CAIRO', 'cairo'),
                  ('CMOCKA', 'cmocka'), ('SECCOMP', 'libseccomp'),
                  ('JACK', 'jack'), ('SUIL', 'suil-0'),
                  ('GTK', 'gtk+-x11-3.0'))


def options(ctx):
    ctx.load('compiler_c')
    ctx.add_option('--lv2dir', help='configure, install: folder for the LV2 '
                   'bundle [$LV2DIR, else PREFIX/lib/lv2]')
    ctx.add_option('--debug', action='store_true',
                   help='configure: without optimisation')
    ctx.add_option('--werror', action='store_true',
                   help='configure: warnings are errors')
    ctx.add_option('--sanitize', choices=sorted(SANITIZERS),
                   help='configure: build with clang and this sanitizer: '
                   'address (with undefined) or thread')
    ctx.add_option('--only', help='check, bench: only what matches this '
                   'regular expression; evaluate: one group')
    ctx.add_option('--short', action='store_true',
                   help='evaluate: fewer takes, and floors count')


def configure(conf):
    sanitizer = conf.options.sanitize
    if sanitizer:
        conf.env.CC = [os.environ.get('CC', 'clang')]
    conf.load('compiler_c gnu_dirs')
    add_flags(conf, sanitizer)
    for store, package in LIBRARIES:
        conf.check_cfg(package=package, args='--cflags --libs',
                       uselib_store=store)
    for store, package in TEST_LIBRARIES:
        conf.check_cfg(package=package, args='--cflags --libs',
                       uselib_store=store, mandatory=False)
    conf.check_cc(lib='m', uselib_store='M')
    conf.check_cc(lib='pthread', uselib_store='PTHREAD')
    conf.env.LV2DIR = (conf.options.lv2dir or os.environ.get('LV2DIR')
                       or os.path.join(conf.env.LIBDIR, 'lv2'))
    conf.env.VERSION = VERSION


def add_flags(conf, sanitizer):
    env = conf.env
    level = '-O0' if conf.options.debug else '-O1' if sanitizer else '-O2'
    env.append_unique('CFLAGS', ['-std=c11', level, '-g', '-fPIC',
                                 '-fvisibility=hidden'] + WARNINGS)
    env.append_unique('DEFINES', ['_GNU_SOURCE',
                                  'BL_VERSION="%s"' % VERSION])
    if conf.options.werror:
        env.append_unique('CFLAGS', ['-Werror'])
    if sanitizer:
        flag = '-fsanitize=' + SANITIZERS[sanitizer]
        env.append_unique('CFLAGS', [flag, '-fno-omit-frame-pointer',
                                     '-fno-sanitize-recover=all'])
        env.append_unique('LINKFLAGS', [flag])
    env.SANITIZER = sanitizer or ''


def build(bld):
    # Also where it is said to `./waf install` only
    bld.env.LV2DIR = bld.options.lv2dir or bld.env.LV2DIR
    bld.recurse('plugin ttl ui band cli', mandatory=False)
    if not bld.is_install:
        bld.recurse('tests')
    elif bld.is_install > 0:
        bld.add_post_fun(_tell_bundle)


def _tell_bundle(bld):
    """Where the bundle went, and what a host needs to find it there."""
    folder = os.path.abspath(os.path.expanduser(bld.env.LV2DIR))
    usual = [os.path.expanduser('~/.lv2'), '/usr/local/lib/lv2',
             '/usr/lib/lv2'] + os.environ.get('LV2_PATH', '').split(':')
    Logs.info('The plugin is in %s', os.path.join(folder, 'backline.lv2'))
    if folder not in usual:
        Logs.warn('Hosts do not look there by themselves: set LV2_PATH=%s:%s, '
                  'or install with --lv2dir=$HOME/.lv2', folder,
                  ':'.join(usual[:3]))


def init(_):
    """Commands become the steps they are made of.

    Waf says of each step that it has succeeded when it has; a command that
    only named its steps would be said to have before the first of them ran.
    """
    steps = []
    for name in Options.commands:
        for step in globals()[name](None) if name in MADE_OF_STEPS else [name]:
            if step != 'configure' or step not in steps:
                steps.append(step)
    Options.commands[:] = steps


def check(_):
    """builds and runs all tests; the last line counts them"""
    return _fresh() + ['build', 'run_tests']


def bench(_):
    """measures speed and memory, and prints them as ratios"""
    return _fresh() + ['build', 'run_bench']


def evaluate(_):
    """measures how well the local band hears and writes"""
    return _fresh() + ['build', 'run_evaluate']


def lint(_):
    """checks style, include direction and tables; part of check"""
    return _fresh() + ['build', 'run_lint']


def demo(_):
    """makes two instrumentals from a voice: demo [VOCAL.wav --tags "..."]"""
    # The script ./waf takes the voice and the tags, and runs it when built
    return _fresh(('LILV', 'CAIRO')) + ['build_demo']


MADE_OF_STEPS = ('check', 'bench', 'evaluate', 'lint', 'demo')


class DemoBuild(Build.BuildContext):
    """builds what the demo needs"""
    cmd = 'build_demo'

    def __init__(self, **kw):
        super().__init__(**kw)
        self.targets = DEMO_TARGETS


def _fresh(stores=tuple(store for store, _ in TEST_LIBRARIES)):
    """['configure'] where these libraries were not found last time."""
    env = ConfigSet.ConfigSet()
    try:
        env.load(os.path.join(out, 'c4che', '_cache.py'))
    except EnvironmentError:
        return ['configure']
    missing = [store for store in stores if not env['LIB_' + store]]
    return ['configure'] if missing else []


def _run(ctx, script, *arguments):
    only = ['--only', ctx.options.only] if ctx.options.only else []
    sys.exit(subprocess.call(
        [sys.executable, os.path.join('tests', script), '--build', out]
        + list(arguments) + only))


def _lacking():
    """What keeps the tests from being built counts as one that failed."""
    return ['--lacking', 'a library of tests/packages is missing: see the '
            'output of configure'] if _fresh() else []


def run_tests(ctx):
    """runs the tests that are built"""
    _run(ctx, 'runner.py', *_lacking())


def run_bench(ctx):
    """runs the benchmarks that are built"""
    _run(ctx, 'bench.py')


def run_evaluate(ctx):
    """runs tests/evaluate"""
    command = [os.path.join(out, 'tests', 'evaluate', 'evaluate')]
    command += ['--short'] if ctx.options.short else []
    command += ['--only', ctx.options.only] if ctx.options.only else []
    sys.exit(subprocess.call(command))


def run_lint(ctx):
    """runs the checks of tests/lint alone"""
    _run(ctx, 'runner.py', 'lint')


class Dist(Scripting.Dist):
    """The source archive holds what git knows."""

    def get_files(self):
        names = self.cmd_and_log(['git', 'ls-files', '-z'], quiet=True)
        return [self.path.make_node(n) for n in names.split('\0') if n]
