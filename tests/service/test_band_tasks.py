#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 300

"""The local band's tasks against API.md section 8, over real HTTP.

Items 3 to 5 and 7 of the checklist: states, records, files and callbacks that
are taken and refused, two clients, the same request twice, a full queue.
"""

import json
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'support'))
from bandproc import Band, Listener, TOKEN  # noqa: E402
from tap import Tap, equal, scratch, true, write_voice  # noqa: E402

TMP = scratch()
VOICE = write_voice(os.path.join(TMP, 'voice.wav'))
HEX = re.compile(r'^[0-9a-f]{32}$')
DONE = ('SUCCESS', 'CALLBACK_EXCEPTION', 'GENERATE_AUDIO_FAILED')


def samples(wav):
    """Every 16th left sample of a 24-bit stereo WAV."""
    start = wav.index(b'data') + 8
    return [int.from_bytes(wav[i:i + 3], 'little', signed=True)
            for i in range(start, len(wav) - 5, 96)]


def fails_what_it_cannot_fetch(band, _):
    """451 in the record and in the callback, 400 for what is no audio."""
    heard = Listener()
    reply = band.submit('https://elsewhere.invalid/x.wav', heard.url,
                        model='V6_WILD', vocalGender='f', styleWeight=0.29)
    equal((reply['code'], reply['msg']), (200, 'success'))
    task = reply['data']['taskId']
    true(HEX.match(task), task)
    record = band.wait(task, DONE)[-1]
    equal((record['status'], record['errorCode'], record['response']),
          ('GENERATE_AUDIO_FAILED', 451, None))
    true('upload' in record['errorMessage'], record['errorMessage'])
    equal(heard.wait(1), [{'code': 451, 'msg': record['errorMessage'],
                           'data': {'callbackType': 'error', 'task_id': task,
                                    'data': None}}])
    heard.close()

    junk = os.path.join(TMP, 'junk.wav')
    with open(junk, 'wb') as out:
        out.write(b'this is no audio ' * 1000)
    task = band.submit(band.upload(junk))['data']['taskId']
    record = band.wait(task, DONE)[-1]
    equal((record['status'], record['errorCode']),
          ('GENERATE_AUDIO_FAILED', 400))
    true(len(record['errorMessage']) > 10, record['errorMessage'])


def check_text(record):
    """API 3.1, mid-state."""
    for track in record['response']['sunoData']:
        equal((track['audioUrl'], track['sourceAudioUrl'], track['duration']),
              ('', None, None))
        true(track['streamAudioUrl'].startswith('http://127.0.0.1:'),
             track['streamAudioUrl'])


def plays(band, kept):
    """The whole way, states in order, record and callbacks as API says."""
    heard = Listener()
    url = band.upload(VOICE)
    before = time.time() * 1000
    task = band.submit(url, heard.url, styleWeight=0.6)['data']['taskId']
    seen = band.wait(task, DONE)
    order = ['PENDING', 'TEXT_SUCCESS', 'FIRST_SUCCESS', 'SUCCESS']
    stages = [order.index(record['status']) for record in seen]
    equal(stages, sorted(stages))
    for record in seen:
        if record['status'] == 'PENDING':
            equal(record['response'], None)
        if record['status'] == 'TEXT_SUCCESS':
            check_text(record)

    record = seen[-1]
    equal((record['taskId'], record['operationType'], record['errorCode'],
           record['errorMessage']), (task, 'underpainting', None, None))
    equal(json.loads(record['param']),
          {'uploadUrl': url, 'title': 'Test', 'tags': 'folk, 92 bpm',
           'negativeTags': 'vocals', 'callBackUrl': heard.url,
           'styleWeight': 0.6})
    true(before - 1000 < record['createTime'] < before + 60000, 'epoch ms')
    kept['task'] = task
    kept['tracks'] = record['response']['sunoData']
    equal(len(kept['tracks']), 2)
    kept['audio'] = []
    for track in kept['tracks']:
        status, headers, body = band.curl(track['audioUrl'], key=None)
        equal((status, headers['content-type'], body[:4], body[8:12]),
              (200, 'audio/wav', b'RIFF', b'WAVE'))
        true(8.0 < track['duration'] < 20.0, track['duration'])
        kept['audio'].append(body)
    true(kept['audio'][0] != kept['audio'][1], 'two different variants')
    for extra in record['band']['midiUrls']:
        equal(band.curl(extra, key=None)[2][:4], b'MThd')
    json.loads(band.curl(record['band']['analysisUrl'], key=None)[2])
    equal(sorted(record['band']['files']),
          ['analysis.json', 'variant-a.mid', 'variant-b.mid'])

    calls = heard.wait(3)
    heard.close()
    equal([call['data']['callbackType'] for call in calls],
          ['text', 'first', 'complete'])
    equal({call['data']['task_id'] for call in calls}, {task})
    equal([call['code'] for call in calls], [200, 200, 200])
    first, second = calls[1]['data']['data']
    equal((first['audio_url'], second['audio_url']),
          (kept['tracks'][0]['audioUrl'], ''))
    true('duration' not in second and first['duration'] > 8.0, 'durations')
    for call in calls[2]['data']['data']:
        true(call['audio_url'] and call['model_name'], 'complete tracks')
    equal(heard.headers[0]['Content-Type'], 'application/json')


def delivers_stems(band, _):
    """Each part that plays, as long as its variant; together they are it."""
    task = band.submit(band.upload(VOICE), tags='pop, 92 bpm', stems=True)[
        'data']['taskId']
    seen = band.wait(task, DONE)
    for record in seen[:-1]:
        if record['response']:
            true(not any('-drums' in name for name in record['band']['files']),
                 'stems are told of when they are whole')
    record = seen[-1]
    for letter, track in zip('ab', record['response']['sunoData']):
        names = ['variant-%s-%s.wav' % (letter, stem)
                 for stem in ('drums', 'bass', 'chords', 'pad')]
        stems = [band.curl(record['band']['files'][name], key=None)[2]
                 for name in names if name in record['band']['files']]
        true(len(stems) >= 3, 'pop has drums, bass and chords')
        whole = band.curl(track['audioUrl'], key=None)[2]
        mix = samples(whole)
        parts = [samples(stem) for stem in stems]
        equal({len(part) for part in parts}, {len(mix)})
        middle = range(len(mix) // 4, len(mix) // 2)
        off = sum((mix[i] - sum(part[i] for part in parts)) ** 2
                  for i in middle)
        true(off < 0.02 * sum(mix[i] ** 2 for i in middle),
             'the stems add up to the mix but for the limiter')
    status = band.curl('%s/variant-a-voice.wav' % record['band']['files'][
        'analysis.json'].rpartition('/')[0], key=None)[0]
    equal(status, 404)


def repeats_itself(band, kept):
    """Two clients at once; the same request gives the same bytes; a callback
    that is refused four times ends as CALLBACK_EXCEPTION with tracks."""
    deaf = Listener(500)
    same = band.submit(band.upload(VOICE, 'other.wav'), deaf.url,
                       styleWeight=0.6)['data']['taskId']
    other = band.submit(band.upload(VOICE), tags='rock, drums, 120 bpm')[
        'data']['taskId']
    record = band.wait(other, DONE)[-1]
    equal(record['status'], 'SUCCESS')
    rock = band.curl(record['response']['sunoData'][0]['audioUrl'],
                     key=None)[2]
    true(rock not in kept['audio'], 'other tags, other music')

    record = band.wait(same, ('CALLBACK_EXCEPTION', 'GENERATE_AUDIO_FAILED'))[
        -1]
    equal(record['status'], 'CALLBACK_EXCEPTION')
    bodies = [band.curl(track['audioUrl'], key=None)[2]
              for track in record['response']['sunoData']]
    true(bodies == kept['audio'], 'the same bytes')
    deaf.close()
    kinds = [json.loads(body)['data']['callbackType'] for body in deaf.bodies]
    equal(kinds, ['text'] * 4 + ['first'] * 4 + ['complete'] * 4)


def follows_up(band, kept):
    """WAV and vocal removal: done as soon as asked, once."""
    heard = Listener()
    track = kept['tracks'][1]
    ask = {'taskId': kept['task'], 'audioId': track['id'],
           'callBackUrl': heard.url}
    for path, field in (('wav', 'audioWavUrl'),
                        ('vocal-removal', 'instrumentalUrl')):
        reply = band.post('/api/v1/%s/generate' % path, ask)[1]
        equal(reply['code'], 200)
        task = reply['data']['taskId']
        true(HEX.match(task) and task != kept['task'], task)
        data = band.json('/api/v1/%s/record-info?taskId=%s' % (path, task))[1][
            'data']
        equal((data['taskId'], data['musicId'], data['successFlag'],
               data['errorCode']), (task, track['id'], 'SUCCESS', None))
        equal(data['response'][field], track['audioUrl'])
        again = band.post('/api/v1/%s/generate' % path, ask)[1]
        equal((again['code'], again['data']['taskId']), (409, task))
        equal(band.post('/api/v1/%s/generate' % path,
                        dict(ask, audioId='nobody'))[1]['code'], 404)
        equal(band.post('/api/v1/%s/generate' % path,
                        dict(ask, callBackUrl=''))[1],
              {'code': 400, 'msg': 'Please enter callBackUrl.', 'data': None})
    reply = band.post('/api/v1/vocal-removal/generate',
                      dict(ask, type='split_stem'))[1]
    equal(reply['code'], 400)
    calls = heard.wait(2)
    heard.close()
    equal(calls[0]['data']['audioWavUrl'], track['audioUrl'])
    equal(calls[1]['data']['vocal_removal_info']['instrumental_url'],
          track['audioUrl'])
    for path in ('generate', 'wav', 'vocal-removal'):
        reply = band.json('/api/v1/%s/record-info?taskId=%s'
                          % (path, 'f' * 32))[1]
        equal((reply['code'], reply['data']), (404, None))
    equal(band.json('/api/v1/generate/record-info')[1]['code'], 400)


def bounds_its_queue(band, _):
    """Sixteen wait, the next is told to come later."""
    url = band.upload(VOICE)
    codes = []
    while 430 not in codes and len(codes) < 200:
        reply = band.submit(url)
        codes.append(reply['code'])
    true(len(codes) > 16, codes)
    equal((set(codes[:-1]), codes[-1], reply['data']), ({200}, 430, None))


def main():
    """All cases on one band; the later ones build on the first."""
    tap = Tap()
    folder = os.path.join(TMP, 'band')
    os.makedirs(folder)
    band = Band(folder)
    kept = {}
    for case in (plays, repeats_itself, follows_up, delivers_stems,
                 fails_what_it_cannot_fetch, bounds_its_queue):
        tap.case(case.__name__, case, band, kept)
    said = band.end()
    tap.case('keeps_the_key_to_itself', true, TOKEN not in said, said)
    tap.case('ends_well', equal, band.process.returncode, 0)
    tap.end()


if __name__ == '__main__':
    main()
