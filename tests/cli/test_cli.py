#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 300

"""The command `backline` as a person and a program use it.

With the real local band; test_cli_paid.py has money, keys and connections.
"""

import json
import math
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import urllib.request
import wave

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'support'))
from bandproc import program  # noqa: E402
from command import TMP, events, home, run  # noqa: E402
from tap import Tap, equal, true, write_voice  # noqa: E402

TOP = os.environ['BL_TOP']
VOICE = write_voice(os.path.join(TMP, 'voice.wav'))
COMMANDS = ('make', 'import', 'takes', 'status', 'resume', 'cancel', 'fetch',
            'refine', 'login', 'logout', 'credits', 'analyze', 'serve',
            'doctor')


FREE = home('free')


def misuse():
    """Mistakes on the command line: exit 2 and what to do."""
    for args in ((), ('polka',), ('make',), ('make', '--polka', 'x'),
                 ('make', 'a', 'b'), ('credits', 'x'), ('takes', '--delete'),
                 ('resume', '--again'), ('resume', '--task-id', 'x'),
                 ('make', 'x', '--style-weight', '1.01'),
                 ('make', 'x', '--style-weight', 'much'),
                 ('make', 'x', '--genre', 'polka'),
                 ('make', 'x', '--genre', '22'),
                 ('make', 'x', '--genre', '1.5'),
                 ('make', 'x', '--host-tempo=perhaps'),
                 ('make', 'x', '--tags', 'x' * 1001),
                 ('make', 'x', '--bpm', '1000'), ('make', 'x', '--meter', '4'),
                 ('make', 'x', '--meter', '3/4'),
                 ('make', 'x', '--service', 'nowhere'),
                 ('make', 'x', '--service', 'custom'),
                 ('make', 'x', '--bar', '0'), ('make', 'x', '--out', VOICE),
                 ('make', 'x', '--bpm', '90', '--bar', '2:5'),
                 ('make', 'x', '--bpm', '90', '--bar', '2:4',
                  '--meter', '3/4'),
                 ('login',), ('login', '--service', 'local')):
        _, err = run(FREE, *args, code=2)
        true(err.rstrip().endswith(('.', 'kie')), err)
    named = dict(FREE, BACKLINE_SERVICE='nowhere', BACKLINE_API_KEY='a-key')
    true('nowhere' in run(named, 'make', 'x', code=2)[1], 'the name')
    true('own server' in run(FREE, 'make', 'x', '--service', 'custom',
                             code=2)[1], 'what is missing')
    true('Bossa nova' in run(FREE, 'make', 'x', '--genre', 'polka', code=2)[1],
         'the names there are')


def explains_itself():
    """--help and --version, for all and for each."""
    equal(run(FREE, '--version')[0], 'backline 0.1.0\n')
    out, _ = run(FREE, '--help')
    for command in COMMANDS:
        true('\n  %s ' % command in out, command)
        text, err = run(FREE, command, '--help')
        true(text.startswith('Usage: backline %s ' % command), text)
        equal(err, '')
        equal(run(FREE, 'help', command)[0], text)


def options_agree():
    """Help, manual, README and the table of parameters name the same."""
    with open(os.path.join(TOP, 'cli', 'backline.1'),
              encoding='utf-8') as text:
        manual = text.read().replace('\\-', '-')
    with open(os.path.join(TOP, 'README.md'), encoding='utf-8') as text:
        readme = text.read()
    with open(os.path.join(TOP, 'plugin', 'base', 'params.c'),
              encoding='utf-8') as text:
        table = text.read()

    shown = set()
    for command in COMMANDS:
        text = run(FREE, command, '--help')[0]
        shown |= set(re.findall(r'--(?:\[no-\])?([a-z-]+)', text))
        true('"%s ' % command in manual or '.B %s\n' % command in manual
             or '.BR %s ' % command in manual, command + ' in the manual')
    documented = set(re.findall(r'--([a-z-]+)', manual))
    equal(sorted(shown - documented), [])
    equal(sorted(name for name in documented - shown
                 if not name.startswith('no-') and name != 'version'), [])

    params = re.findall(r'^  \{ "(\w+)", "', table, re.M)
    params += re.findall(r'^  \{ "(\w+)", "urn:', table, re.M)
    true(len(set(params)) == 23, params)
    for symbol in set(params):
        true('| `%s` |' % symbol in readme, symbol + ' in README.md')
    first = params.index('service')
    for symbol in params[first:]:
        option = re.sub('[A-Z]', lambda m: '-' + m.group().lower(),
                        symbol).replace('_', '-')
        true(option in shown, '--' + option)
    for key in re.findall(r'^  \{ "(\w+)", KEY_', open(
            os.path.join(TOP, 'plugin', 'base', 'config.c'),
            encoding='utf-8').read(), re.M):
        true('`%s`' % key in readme, key + ' in README.md')


def errors_are_listed():
    """README.md has the number and sentence of every status."""
    texts = {}
    for name in ('README.md', 'plugin/base/status.h', 'plugin/base/status.c'):
        with open(os.path.join(TOP, name), encoding='utf-8') as text:
            texts[os.path.basename(name)] = text.read()
    numbers = dict(re.findall(r'^  (BL_\w+) *= (\d+)', texts['status.h'],
                              re.M))
    rows = re.findall(r'\{ (BL_\w+), (?:true|false),\s*"([^"]*)"',
                      texts['status.c'])
    equal(sorted(name for name, _ in rows), sorted(numbers))
    wanted = ['| %s | %s |' % (numbers[name], said) for name, said in rows
              if name != 'BL_SUCCESS']
    table = texts['README.md'].split('| `error` | meaning |\n|---|---|\n')[1]
    equal(table.split('\n\n')[0].splitlines(), wanted)


def manual_is_sound():
    """groff finds nothing to warn of in the pages."""
    for page in ('cli/backline.1', 'band/backline-band.1'):
        done = subprocess.run(['groff', '-man', '-ww', '-z',
                               os.path.join(TOP, page)],
                              stderr=subprocess.PIPE, check=True)
        equal(done.stderr.decode(), '')


def imports():
    """A take by its file, with what the options say of it."""
    out, _ = run(FREE, 'import', VOICE, '--bpm', '92', '--meter', '3/4',
                 '--bar', '9:2', '--start', '2.5', '--name', 'Verse \u00e9')
    take = out.strip()
    true(re.match(r'^\d{8}T\d{6}Z-[0-9a-f]{8}$', take), out)
    listed = events(run(FREE, 'takes', '--json')[0])
    equal(len(listed), 1)
    equal((listed[0]['id'], listed[0]['name'], listed[0]['jobs']),
          (take, 'Verse \u00e9', 0))
    equal(listed[0]['start'], int(2.5 * 22050))
    true('Verse' in run(FREE, 'takes')[0], 'the name')

    junk = os.path.join(TMP, 'junk.wav')
    with open(junk, 'wb') as text:
        text.write(b'no audio' * 100)
    for path in (os.path.join(TMP, 'missing.wav'), junk, TMP):
        _, err = run(FREE, 'import', path, code=1)
        true(path in err, err)
    six = os.path.join(TMP, 'six.wav')
    with wave.open(six, 'wb') as sound:
        sound.setparams((6, 2, 48000, 0, 'NONE', ''))
        sound.writeframes(b'\0' * 12 * 48000)
    true('two channels' in run(FREE, 'import', six, code=1)[1], 'what next')
    equal(len(events(run(FREE, 'takes', '--json')[0])), 1)


def is_one_take_once():
    """The same file is the same take, unless something else is said."""
    env = home('once')
    first = run(env, 'import', VOICE)[0]
    out, err = run(env, 'import', VOICE)
    equal(out, first)
    true('already' in err, err)
    kinds = {run(env, 'import', VOICE, *more)[0]
             for more in (('--again',), ('--bpm', '90'), ('--start', '3'))}
    equal(len(kinds | {first}), 4)
    run(env, 'import', VOICE, '--start', '-5', code=2)
    true('--bpm' in run(env, 'import', VOICE, '--bar', '9', code=2)[1], 'why')
    true('""' in run(env, 'make', '', code=2)[1], 'a name')


def heeds_its_settings():
    """What cannot be parsed is told once; nothing is done without it."""
    env = home('broken')
    path = os.path.join(env['XDG_CONFIG_HOME'], 'backline', 'config.json')
    os.makedirs(os.path.dirname(path))
    with open(path, 'w', encoding='utf-8') as config:
        config.write('{"service": locl}')
    out, err = run(env, 'make', VOICE, code=2)
    equal((out, err.count('\n')), ('', 1))
    true('line 1' in err and 'Correct' in err, err)
    with open(path, 'w', encoding='utf-8') as config:
        config.write('{"service": "locl"}')
    true('locl' in run(env, 'doctor', '--offline', code=1)[0], 'named')


def says_what_cannot_be():
    """A wrong soundfont, folders, a cancelled job: what is it, what next."""
    env = home('wrong')
    path = os.path.join(env['XDG_CONFIG_HOME'], 'backline', 'config.json')
    os.makedirs(os.path.dirname(path))
    with open(path, 'w', encoding='utf-8') as config:
        config.write('{"soundfont": "/nope.sf2"}')
    out, err = run(env, 'make', VOICE, '--json', code=1)
    error = [e for e in events(out) if e['event'] == 'error'][0]
    equal(error['code'], 131)
    for said in (error['message'], err):
        true('"soundfont" in config.json' in said and '/nope.sf2' in said and
             'Generate' not in said and 'cost' not in said, said)
    true('FAIL  soundfont    /nope.sf2' in run(env, 'doctor', '--offline',
                                               code=1)[0], 'named')
    _, err = run(env, 'fetch', 'last', '--out', TMP, code=1)
    true('soundfont' in err, err)

    with open(path, 'w', encoding='utf-8') as config:
        config.write('{"takes_dir": "/proc/nope"}')
    for args in (('make', VOICE), ('takes',)):
        _, err = run(env, *args, code=1)
        true('/proc/nope: This folder cannot be made' in err, err)
    true('/proc/nope: This folder cannot be made' in
         run(env, 'doctor', '--offline', code=1)[0], 'doctor')
    os.remove(path)

    out, err = run(env, 'make', TMP, '--json', code=1)
    true('is a folder' in err, err)
    equal(events(out)[-1], {'event': 'end', 'exit': 1})
    silent = os.path.join(TMP, 'silent.wav')
    with wave.open(silent, 'wb') as sound:
        sound.setparams((1, 2, 22050, 0, 'NONE', ''))
        sound.writeframes(b'\0' * 4 * 22050)
    _, err = run(env, 'make', silent, code=1)
    true('silent' in err and 'the track' not in err, err)


def names_copies_after_the_file():
    """The same audio by another name: --out has that name, from 1 on."""
    env = home('copies')
    copy = os.path.join(TMP, 'my copy.wav')
    shutil.copy(VOICE, copy)
    os.umask(0o022)
    run(env, 'make', VOICE, '--out', os.path.join(TMP, 'first'))
    out = os.path.join(TMP, 'second')
    text, _ = run(env, 'make', copy, '-q', '--out', out)
    equal(len(text.splitlines()), 2)
    for path in text.splitlines():
        true(re.match(r'^my copy \S+ \([AB]\)\.wav$', os.path.basename(path)),
             path)
    equal(os.stat(out).st_mode & 0o777, 0o755)
    again, _ = run(env, 'fetch', 'last', '--out', out)
    true(again.count(' 2.wav') == 2, again)


def makes_with_the_band(kept):
    """One line does it: two results and what is beside them, all told."""
    out = os.path.join(TMP, 'out')
    text, err = run(FREE, 'make', VOICE, '--tags', 'fingerpicked zzxq',
                  '--genre', 'FOLK', '--style-weight', '0,6', '--bpm', '92',
                  '--title', '../x\x1b[31m', '--stems', '--json', '--out', out)
    seen = events(text)
    states = [e['state'] for e in seen if e['event'] == 'state']
    equal(states[-1], 'placed')
    note = [e['note'] for e in seen if e.get('state') == 'placed'][0]
    true('zzxq' in note and note in err, note)
    true('92.0 bpm (told by --bpm), 4/4' in note, note)
    equal(seen[0]['event'], 'take')
    equal(seen[-1], {'event': 'end', 'exit': 0})
    progress = [e['progress'] for e in seen if 'progress' in e]
    equal(progress, sorted(progress))
    results = [e for e in seen if e['event'] == 'result']
    equal(sorted(e['variant'] for e in results), ['A', 'B'])
    files = {e['kind']: e['path'] for e in seen if e['event'] == 'file'}
    true('variant-b-chords.wav' in files and 'variant-a.mid' in files, files)
    with open(files.pop('analysis.json'), encoding='utf-8') as analysis:
        json.load(analysis)
    equal(sorted(os.listdir(out)),
          sorted(os.path.basename(path) for path in
                 [e['path'] for e in results] + list(files.values())))
    for result in results:
        equal(result['rate'], 22050)
        with open(result['path'], 'rb') as audio:
            head = audio.read(4096)
        true(head[:4] == b'RIFF' and b'bext' in head, 'a BWF')
    kept['take'] = seen[0]['take']

    again, _ = run(FREE, 'fetch', kept['take'], '--out', out)
    stems = sum(path.endswith('.wav') for path in files.values())
    equal(len(again.splitlines()), 2 + stems)
    equal(len(os.listdir(out)), 2 * (2 + len(files)))
    equal(sorted(os.path.basename(path) for path in again.splitlines()),
          sorted(os.path.basename(path).replace(')', ') 2') for path in
                 [e['path'] for e in results] + list(files.values())
                 if path.endswith('.wav')))
    job = events(run(FREE, 'status', '--json', kept['take'])[0])[0]
    equal((job['state'], job['service'], job['running'], job['posts']),
          ('placed', 'local', False, 1))
    true('acoustic' not in job['tags'] and 'folk' in job['tags'], job['tags'])
    equal(os.listdir(FREE['TMPDIR']), [])


def names_takes_and_jobs(kept):
    """Shortened, wrong and missing names."""
    run(FREE, 'status', kept['take'] + '/1')
    run(FREE, 'status', 'last')
    for ref in ('nobody', kept['take'] + '/9', kept['take'] + '/0',
                kept['take'] + '/x', '../..', '2'):
        _, err = run(FREE, 'status', ref,
                     code=2 if '/' in ref and ref[-1] != '9' else 1)
        true(ref in err, err)
    _, err = run(FREE, 'cancel', kept['take'], code=1)
    true('ended' in err, err)
    equal(run(FREE, 'resume')[1].count('nothing to resume'), 1)

    # "make" takes the beginning of an id as the others do, not of a file
    for ref, said in (('19991231T', 'no such take'),
                      ('19991231.wav', 'missing')):
        _, err = run(FREE, 'make', ref, code=1)
        true(said in err, err)

    # Nobody asks the band to take out a voice
    _, err = run(FREE, 'refine', 'last', '--no-voice', '--yes', code=1)
    true('local band does not sing' in err, err)


def says_what_is_wrong_with_a_file():
    """A file cut short, and samples that are no numbers."""
    env = home('flaws')
    short, odd = (os.path.join(TMP, name) for name in ('short.wav', 'odd.wav'))
    with open(VOICE, 'rb') as voice:
        audio = voice.read()
    with open(short, 'wb') as out:
        out.write(audio[:-44100])
    with open(odd, 'wb') as out:
        samples = struct.pack('<fff', 0.5, math.nan, -math.inf) * 44100
        out.write(struct.pack('<4sI8sIHHIIHH4sI', b'RIFF', 36 + len(samples),
                              b'WAVEfmt ', 16, 3, 1, 44100, 176400, 4, 32,
                              b'data', len(samples)) + samples)
    _, err = run(env, 'import', short)
    true('short.wav is cut short: by its header 1.0 s more' in err, err)
    seen, err = run(env, 'import', '--json', odd)
    true('odd.wav: 88200 samples are no numbers' in err, err)
    equal([events(seen)[0][key] for key in ('missing', 'invalid')],
          [0, 88200])
    out, _ = run(env, 'takes')
    true('(cut short by 1.0 s)' in out, out)
    true('(88200 invalid samples)' in out, out)

    # Who writes into a pipe cannot say how long it will be
    piped = os.path.join(TMP, 'piped.flac')
    with open(piped, 'wb') as out:
        subprocess.run(['ffmpeg', '-v', 'error', '-i', VOICE, '-f', 'flac',
                        'pipe:1'], stdout=out, check=True)
    _, err = run(env, 'import', piped)
    true('cut short' not in err, err)
    equal(len(events(run(env, 'takes', '--json')[0])), 3)

    # Who has written all of it into a pipe writes no more
    pipe, little = (os.path.join(TMP, name) for name in ('pipe', 'little.wav'))
    os.mkfifo(pipe)
    with wave.open(little, 'wb') as out:
        out.setparams((1, 2, 8000, 0, 'NONE', ''))
        out.writeframes(bytes(range(100)) * 200)
    feed = ['sh', '-c', 'cat "$0" > "$1"', little, pipe]
    with subprocess.Popen(feed) as writer:
        run(env, 'import', pipe)
        equal(writer.wait(30), 0)
    equal(len(events(run(env, 'takes', '--json')[0])), 4)


def deletes_when_told(kept):
    """Not without a word, and not what was not named."""
    run(FREE, 'takes', '--delete', kept['take'], code=2)
    equal(len(events(run(FREE, 'takes', '--json')[0])), 2)
    run(FREE, 'takes', '--delete', '--yes', kept['take'])
    left = events(run(FREE, 'takes', '--json')[0])
    equal([take['name'] for take in left], ['Verse \u00e9'])


def draws_a_bar():
    """On a terminal, and only there; a take's tempo is its own."""
    main, side = pty.openpty()
    done = subprocess.Popen(
        [program('backline'), 'make', 'last', '--bpm', '90'], env=FREE,
        stdin=side, stderr=side, stdout=subprocess.PIPE)
    os.close(side)
    drawn = b''
    try:
        while True:
            more = os.read(main, 65536)
            if not more:
                break
            drawn += more
    except OSError:
        pass
    equal(len(done.stdout.read().splitlines()), 2)
    equal(done.wait(60), 0)
    os.close(main)
    true(b'\r\x1b[K[' in drawn and b' %  ' in drawn, drawn[:300])
    true(b'keeps the tempo' in drawn, drawn[:300])


def analyzes():
    """backline analyze: the band's own answer, options and exit codes."""
    voice = write_voice(os.path.join(TMP, 'heard.wav'))
    table, _ = run(FREE, 'analyze', voice, '--hints', '92 bpm', '--picture',
                   os.path.join(TMP, 'heard.png'))
    true('92.00 bpm, 4/4 (from the tags' in table, table)
    true(os.path.getsize(os.path.join(TMP, 'heard.png')) > 1000)
    heard = json.loads(run(FREE, 'analyze', '--json', voice)[0])
    equal(heard['version'], 2)
    run(FREE, 'analyze', os.path.join(TMP, 'none.wav'), code=1)
    run(FREE, 'analyze', code=2)


def serves():
    """backline serve: address and key, until it is told to stop."""
    with subprocess.Popen([program('backline'), 'serve', '--json'], env=FREE,
                          stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE) as band:
        hello = json.loads(band.stdout.readline())
        request = urllib.request.Request(
            hello['url'] + '/api/v1/generate/credit',
            headers={'Authorization': 'Bearer ' + hello['key']})
        with urllib.request.urlopen(request, timeout=20) as reply:
            equal(json.loads(reply.read())['code'], 200)
        band.send_signal(signal.SIGTERM)
        equal(band.wait(20), 0)


def doctor_looks():
    """All in place: 0; the configuration broken: 1 and where."""
    out, _ = run(FREE, 'doctor')
    for word in ('config', 'takes', 'plugin', 'band', 'soundfont', 'curl',
                 'service'):
        true(re.search(r'^ok +%s ' % word, out, re.M), word + '\n' + out)
    folder = os.path.join(FREE['XDG_CONFIG_HOME'], 'backline')
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'config.json'), 'w',
              encoding='ascii') as text:
        text.write('{"service": }')
    out, err = run(FREE, 'doctor', '--offline', code=1)
    true('FAIL  config' in out and 'line 1, column 13' in err, out + err)
    shutil.rmtree(folder)

    blocked = home('blocked')
    os.rmdir(blocked['XDG_DATA_HOME'])
    with open(blocked['XDG_DATA_HOME'], 'w', encoding='ascii'):
        pass
    out, _ = run(blocked, 'doctor', '--offline', code=1)
    true('FAIL  takes' in out, out)
    _, err = run(blocked, 'make', VOICE, code=1)
    true('backline/takes' in err, err)


def main():
    """All cases, in an order that builds on the earlier ones."""
    tap = Tap()
    kept = {}
    for case in (misuse, explains_itself, options_agree,
                 errors_are_listed, manual_is_sound,
                 imports, is_one_take_once, heeds_its_settings,
                 says_what_cannot_be, says_what_is_wrong_with_a_file,
                 names_copies_after_the_file):
        tap.case(case.__name__, case)
    for case in (makes_with_the_band, names_takes_and_jobs,
                 deletes_when_told):
        tap.case(case.__name__, case, kept)
    for case in (draws_a_bar, analyzes, serves, doctor_looks):
        tap.case(case.__name__, case)
    tap.end()


if __name__ == '__main__':
    main()
