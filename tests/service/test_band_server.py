#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 300

"""The local band's server against API.md section 8, over real HTTP.

Items 1, 2 and the credits of 7: who may ask, uploads, fields, and hostile
requests.  test_band_tasks.py has what comes of a request.
"""

import base64
import json
import os
import re
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'support'))
from bandproc import Band, Listener, TOKEN  # noqa: E402
from tap import Tap, equal, scratch, true, write_voice  # noqa: E402

TMP = scratch()
VOICE = write_voice(os.path.join(TMP, 'voice.wav'))
ADD = '/api/v1/generate/add-instrumental'
REQUIRED = ('uploadUrl', 'title', 'tags', 'negativeTags', 'callBackUrl')


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


def main():
    """All cases on one band."""
    tap = Tap()
    folder = os.path.join(TMP, 'band')
    os.makedirs(folder)
    band = Band(folder)
    for case in (says_hello, asks_for_the_key, tells_credits,
                 refuses_other_hosts, refuses_other_paths, streams_uploads,
                 keeps_files_to_their_paths, refuses_bad_uploads,
                 survives_hostile_requests, takes_base64_and_own_urls,
                 checks_requests):
        tap.case(case.__name__, case, band)
    said = band.end()
    tap.case('keeps_the_key_to_itself', true, TOKEN not in said, said)
    tap.case('ends_well', equal, band.process.returncode, 0)
    tap.end()


if __name__ == '__main__':
    main()
