#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 300

"""The local band's server against API.md section 8, over real HTTP.

Items 1 to 5 and 7 of the checklist; hostile requests, two clients, the same
request twice, callbacks that are taken and refused.
"""

import base64
import json
import os
import re
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'support'))
from bandproc import Band, Listener, TOKEN  # noqa: E402
from tap import Tap, equal, scratch, true, write_voice  # noqa: E402

TMP = scratch()
VOICE = write_voice(os.path.join(TMP, 'voice.wav'))
ADD = '/api/v1/generate/add-instrumental'
REQUIRED = ('uploadUrl', 'title', 'tags', 'negativeTags', 'callBackUrl')
HEX = re.compile(r'^[0-9a-f]{32}$')
DONE = ('SUCCESS', 'CALLBACK_EXCEPTION', 'GENERATE_AUDIO_FAILED')


def samples(wav):
    """Every 16th left sample of a 24-bit stereo WAV."""
    start = wav.index(b'data') + 8
    return [int.from_bytes(wav[i:i + 3], 'little', signed=True)
            for i in range(start, len(wav) - 5, 96)]


def good(**more):
    """A request that is right but for where its upload is."""
    request = dict(uploadUrl='https://elsewhere.invalid/x.wav', title='T',
                   tags='pop', negativeTags='x',
                   callBackUrl='https://callback.invalid/')
    request.update(more)
    return request


def says_hello(band):
    """One line of JSON with port and version, bound to 127.0.0.1 alone."""
    equal(sorted(band.hello), ['port', 'version'])
    with open('/proc/net/tcp', encoding='ascii') as table:
        rows = [line.split() for line in table.readlines()[1:]]
    listening = [row[1] for row in rows if row[3] == '0A'
                 and int(row[1].split(':')[1], 16) == band.port]
    equal(listening, ['0100007F:%04X' % band.port])
    with open('/proc/net/tcp6', encoding='ascii') as table:
        equal([row for row in table if ':%04X ' % band.port in row
               and ' 0A ' in row], [])


def asks_for_the_key(band):
    """401 in the envelope; the upload API also as HTTP status."""
    for key in (None, 'wrong', TOKEN + 'x', TOKEN[:-1], ''):
        status, reply = band.json('/api/v1/generate/credit', key=key)
        equal((status, reply['code'], reply['data']), (200, 401, None))
        status, reply = band.post(ADD, good(), key=key)
        equal((status, reply['code']), (200, 401))
    status, reply = band.json('/api/file-stream-upload', '-F',
                              'file=@' + VOICE, '-F', 'uploadPath=x',
                              key='wrong')
    equal((status, reply['code'], reply['success']), (401, 401, False))


def tells_credits(band):
    """A number on both paths."""
    for path in ('/api/v1/generate/credit', '/api/v1/chat/credit'):
        status, reply = band.json(path)
        equal((status, reply), (200, {'code': 200, 'msg': 'success',
                                      'data': 999999}))


def refuses_other_hosts(band):
    """A name that leads here (DNS rebinding) is none of ours."""
    for host in ('evil.example', '127.0.0.1:1', 'localhost.evil.example',
                 '127.0.0.1.evil.example', '[::1]:%d' % band.port):
        status, reply = band.json('/api/v1/generate/credit', '-H',
                                  'Host: ' + host)
        equal((status, reply['code']), (403, 403))
    status, _ = band.json('/api/v1/generate/credit', '-H',
                          'Host: localhost:%d' % band.port)
    equal(status, 200)


def refuses_other_paths(band):
    """404 and 405 in the envelope."""
    for path in ('/', '/api/v1/generate', '/api/v1/generate/extend', '/files',
                 '/api/v1/generate/credit/'):
        status, reply = band.json(path)
        equal((status, reply['code'], reply['data']), (404, 404, None))
    status, headers, _ = band.curl(ADD)
    equal((status, headers['allow']), (405, 'POST'))
    status, _, _ = band.curl('/api/v1/generate/credit', '-X', 'DELETE')
    equal(status, 405)


def streams_uploads(band):
    """Multipart in, the same bytes out, without a key."""
    status, reply = band.json('/api/file-stream-upload', '-F',
                              'uploadPath=vo cals/x', '-F',
                              'file=@' + VOICE, '-F',
                              'fileName=ta k\u00e9.wav')
    data = reply['data']
    equal((status, reply['success'], reply['code']), (200, True, 200))
    equal(data['fileName'], 'ta k\u00e9.wav')
    equal(data['filePath'], 'vo cals/x/ta k\u00e9.wav')
    equal(data['mimeType'], 'audio/wav')
    equal(data['fileSize'], os.path.getsize(VOICE))
    true(re.match(r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$',
                  data['uploadedAt']), 'a time')

    with open(VOICE, 'rb') as voice:
        wanted = voice.read()
    url = data['downloadUrl']
    status, headers, body = band.curl(url, key=None)
    equal((status, headers['content-type'], int(headers['content-length'])),
          (200, 'audio/wav', len(wanted)))
    true(body == wanted, 'the same bytes')

    status, headers, body = band.curl(url, '-I', key=None)
    equal((status, int(headers['content-length']), body),
          (200, len(wanted), b''))
    for header, first, last in (('0-0', 0, 0), ('100-199', 100, 199),
                                ('-5', len(wanted) - 5, len(wanted) - 1),
                                ('1000-', 1000, len(wanted) - 1)):
        status, headers, body = band.curl(url, '-H', 'Range: bytes=' + header,
                                          key=None)
        equal((status, headers['content-range']),
              (206, 'bytes %d-%d/%d' % (first, last, len(wanted))))
        true(body == wanted[first:last + 1], 'that part')
    status, headers, _ = band.curl(url, '-H', 'Range: bytes=%d-' % len(wanted),
                                   key=None)
    equal((status, headers['content-range']), (416, 'bytes */%d'
                                               % len(wanted)))
    status, _, body = band.curl(url, '-H', 'Range: bytes=5-2', key=None)
    equal((status, len(body)), (200, len(wanted)))


def keeps_files_to_their_paths(band):
    """Nothing but the exact address of a file leads anywhere."""
    url = band.upload(VOICE)
    path = url[len(band.base):]
    hexes = path.split('/')[2]
    for other in (path + 'x', path[:-1], path.replace(hexes, '0' * 32),
                  '/files/' + hexes, '/files/%s/' % hexes,
                  '/files/../../../etc/passwd',
                  '/files/%s/..%%2F..%%2Fetc/passwd' % hexes,
                  '/results/%s/variant-a.wav' % ('0' * 32),
                  '/results/../lock', '/files/lock'):
        status, _, _ = band.curl(other, '--path-as-is', key=None)
        equal(status, 404)


def refuses_bad_uploads(band):
    """Missing and hostile fields: 400 with what is wrong."""
    cases = (
        (('-F', 'file=@' + VOICE), 'uploadPath'),
        (('-F', 'uploadPath=x'), 'file'),
        (('-F', 'uploadPath=/x', '-F', 'file=@' + VOICE), 'uploadPath'),
        (('-F', 'uploadPath=../x', '-F', 'file=@' + VOICE), 'uploadPath'),
        (('-F', 'uploadPath=x', '-F', 'fileName=a/b', '-F', 'file=@' + VOICE),
         'fileName'),
        (('-F', 'uploadPath=x', '-F', 'fileName=..', '-F', 'file=@' + VOICE),
         'fileName'),
        (('-F', 'uploadPath=' + 'x' * 300, '-F', 'file=@' + VOICE), 'field'),
        (('-F', 'uploadPath=x', '-F', 'file=@/dev/null;filename=e.wav'),
         'file'),
        (('-H', 'Content-Type: application/json', '--data', '{}'),
         'multipart'),
        (('-H', 'Content-Type: multipart/form-data; boundary=qqqqqqqq',
          '--data-binary',
          '--qqqqqqqq\r\nContent-Disposition: form-data; name="file"; '
          'filename="x"\r\n\r\ncut'), 'cut off'),
    )
    for args, word in cases:
        status, reply = band.json('/api/file-stream-upload', *args)
        equal((status, reply['code'], reply['success']), (400, 400, False))
        true(word in reply['msg'], reply['msg'])


def raw(band, text, seconds=5.0):
    """What comes back for bytes sent as they are."""
    with socket.create_connection(('127.0.0.1', band.port)) as link:
        link.settimeout(seconds)
        try:
            link.sendall(text)
            link.shutdown(socket.SHUT_WR)
            got = b''
            while True:
                more = link.recv(65536)
                if not more:
                    return got
                got += more
        except OSError:
            return b''


def survives_hostile_requests(band):
    """Too big, too deep, cut off, no HTTP at all: refused, and it lives."""
    head = ('POST /api/file-stream-upload HTTP/1.1\r\nHost: 127.0.0.1\r\n'
            'Authorization: Bearer %s\r\nContent-Type: multipart/form-data; '
            'boundary=qqqqqqqq\r\nContent-Length: %d\r\n\r\n')
    reply = raw(band, (head % (TOKEN, 2 << 30)).encode())
    true(b' 413 ' in reply.split(b'\r\n')[0], reply[:80])
    true(b' 413 ' in raw(band, (head.replace('file-stream-upload',
                                             'v1/generate/add-instrumental')
                                % (TOKEN, 1 << 20)).encode())[:40], 'too big')
    for junk in (b'\x00\xff\xfe junk\r\n\r\n', b'GET / HTTP/1.1\r\n\r\n',
                 b'POST ' + b'/' * 40000 + b' HTTP/1.1\r\nHost: x\r\n\r\n',
                 b'GET /files/%00%00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
                 (head % (TOKEN, 5000)).encode() + b'--qqqqqqqq\r\n'
                 + b'x' * 100):
        raw(band, junk)
    path = os.path.join(TMP, 'body')
    for body in (b'', b'[]', b'null', b'{', b'{"a":' * 500, b'{}\0{}',
                 b'[' * 100000, b'{} {}', b'\xff\xfe'):
        with open(path, 'wb') as out:
            out.write(body)
        status, reply = band.json(ADD, '--data-binary', '@' + path)
        equal((status, reply['code']), (200, 400))
    equal(band.json('/api/v1/generate/credit')[1]['code'], 200)


def takes_base64_and_own_urls(band):
    """The two other ways in; nothing is fetched from elsewhere."""
    with open(VOICE, 'rb') as voice:
        wanted = voice.read()[:10007]
    text = base64.b64encode(wanted).decode()
    urls = []
    for data in (text, 'data:audio/wav;base64,' + text):
        status, reply = band.json(
            '/api/file-base64-upload', '--data-binary',
            json.dumps({'base64Data': data, 'uploadPath': 'v',
                        'fileName': 'a.wav'}))
        equal((status, reply['data']['fileSize']), (200, len(wanted)))
        urls.append(reply['data']['downloadUrl'])
        true(band.curl(urls[-1], key=None)[2] == wanted, 'the same bytes')
    for data, word in (({'uploadPath': 'v'}, 'base64Data'),
                       ({'base64Data': text}, 'uploadPath'),
                       ({'base64Data': '*', 'uploadPath': 'v'}, 'base64')):
        status, reply = band.post('/api/file-base64-upload', data)
        equal(status, 400)
        true(word in reply['msg'], reply['msg'])

    status, reply = band.post('/api/file-url-upload', {
        'fileUrl': urls[0], 'uploadPath': 'again', 'fileName': 'b.wav'})
    equal((status, reply['data']['filePath']), (200, 'again/b.wav'))
    true(band.curl(reply['data']['downloadUrl'], key=None)[2] == wanted,
         'the same bytes')
    spy = Listener()
    status, reply = band.post('/api/file-url-upload',
                              {'fileUrl': spy.url, 'uploadPath': 'x'})
    equal(status, 400)
    true('elsewhere' in reply['msg'], reply['msg'])
    equal(spy.bodies, [])
    spy.close()


def checks_requests(band):
    """The five required fields, ranges and kinds: 400 with the field."""
    for field in REQUIRED:
        for value in (None, ''):
            status, reply = band.post(ADD, good(**{field: value}))
            equal((status, reply), (200, {'code': 400, 'data': None,
                                          'msg': 'Please enter %s.' % field}))
        request = good()
        del request[field]
        equal(band.post(ADD, request)[1]['code'], 400)
    for field, value in (
            ('title', 'x' * 101), ('tags', 'x' * 1001), ('tags', 7),
            ('styleWeight', 1.01), ('styleWeight', -0.01),
            ('weirdnessConstraint', 0.123), ('audioWeight', '0.5'),
            ('audioWeight', True), ('stems', 1), ('stems', 'yes'),
            ('vocalGender', 'x'), ('vocalGender', 1),
            ('variety', 5), ('variety', 1.5), ('lyrics', 'x' * 5001),
            ('callBackUrl', 'ftp://x/'), ('callBackUrl', 'no url'),
            ('callBackUrl', 'http://user@host/'), ('model', 'm' * 200)):
        status, reply = band.post(ADD, good(**{field: value}))
        equal((status, reply['code'], reply['data']), (200, 400, None))
        true(field in reply['msg'], reply['msg'])


def fails_what_it_cannot_fetch(band):
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


def bounds_its_queue(band):
    """Sixteen wait, the next is told to come later."""
    url = band.upload(VOICE)
    codes = []
    while 430 not in codes and len(codes) < 200:
        reply = band.submit(url)
        codes.append(reply['code'])
    true(len(codes) > 16, codes)
    equal((set(codes[:-1]), codes[-1], reply['data']), ({200}, 430, None))


def main():
    """All cases on one band."""
    tap = Tap()
    folder = os.path.join(TMP, 'band')
    os.makedirs(folder)
    band = Band(folder)
    kept = {}
    for case in (says_hello, asks_for_the_key, tells_credits,
                 refuses_other_hosts, refuses_other_paths, streams_uploads,
                 keeps_files_to_their_paths, refuses_bad_uploads,
                 survives_hostile_requests, takes_base64_and_own_urls,
                 checks_requests, fails_what_it_cannot_fetch):
        tap.case(case.__name__, case, band)
    for case in (plays, repeats_itself, follows_up, delivers_stems):
        tap.case(case.__name__, case, band, kept)
    tap.case('bounds_its_queue', bounds_its_queue, band)
    said = band.end()
    tap.case('keeps_the_key_to_itself', true, TOKEN not in said, said)
    tap.case('ends_well', equal, band.process.returncode, 0)
    tap.end()


if __name__ == '__main__':
    main()
