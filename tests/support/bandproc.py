# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""The local band as a child process, curl as its client, and a listener."""

import http.server
import json
import os
import subprocess
import threading
import time

TOKEN = 'test-token-0123456789abcdef'


def program(name):
    """Path of a built program."""
    folder = 'band' if name == 'backline-band' else 'cli'
    return os.path.join(os.environ['BL_BUILD'], folder, name)


class Band:
    """backline-band, started as Backline starts it: a key on its input."""

    def __init__(self, folder, token=TOKEN):
        env = dict(os.environ, TMPDIR=folder)
        self.folder = folder
        self.token = token
        self.process = subprocess.Popen(
            [program('backline-band'), '--verbose'], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
        self.process.stdin.write((token + '\n').encode())
        self.process.stdin.flush()
        self.hello = json.loads(self.process.stdout.readline())
        self.port = self.hello['port']
        self.base = 'http://127.0.0.1:%d' % self.port

    def curl(self, path, *args, key=True, timeout=60):
        """Run curl; @return (HTTP status, headers, body as bytes)."""
        command = ['curl', '-sS', '-i', '--http1.1', '--max-time',
                   str(timeout), '-H', 'Expect:']
        if key:
            command += ['-H', 'Authorization: Bearer '
                        + (self.token if key is True else key)]
        url = path if path.startswith('http') else self.base + path
        done = subprocess.run(command + list(args) + [url], check=True,
                              stdout=subprocess.PIPE)
        head, _, body = done.stdout.partition(b'\r\n\r\n')
        lines = head.decode('latin-1').split('\r\n')
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(':')
            headers[name.strip().lower()] = value.strip()
        return int(lines[0].split()[1]), headers, body

    def json(self, path, *args, **more):
        """The same with the body parsed."""
        status, _, body = self.curl(path, *args, **more)
        return status, json.loads(body)

    def post(self, path, value, **more):
        """POST a value as JSON."""
        return self.json(path, '-H', 'Content-Type: application/json',
                         '--data-binary', json.dumps(value), **more)

    def upload(self, path, name='take.wav'):
        """Upload a file; @return its downloadUrl."""
        _, reply = self.json('/api/file-stream-upload', '-F', 'file=@' + path,
                             '-F', 'uploadPath=vocals', '-F',
                             'fileName=' + name)
        return reply['data']['downloadUrl']

    def submit(self, url, callback='https://callback.invalid/', **fields):
        """Ask for two backings; @return the reply."""
        request = {'uploadUrl': url, 'title': 'Test', 'tags': 'folk, 92 bpm',
                   'negativeTags': 'vocals', 'callBackUrl': callback}
        request.update(fields)
        return self.post('/api/v1/generate/add-instrumental', request)[1]

    def record(self, task):
        """`data` of record-info."""
        return self.json('/api/v1/generate/record-info?taskId=' + task)[1][
            'data']

    def wait(self, task, wanted, seconds=90.0):
        """Ask until the status is one of `wanted`; @return all that came."""
        seen = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            seen.append(self.record(task))
            if seen[-1]['status'] in wanted:
                return seen
            time.sleep(0.1)
        raise AssertionError('still %s' % seen[-1]['status'])

    def close_input(self):
        """End its input as a client that dies does; @return seconds to exit"""
        start = time.monotonic()
        self.process.stdin.close()
        self.process.wait(30)
        return time.monotonic() - start

    def end(self):
        """Stop it; @return what it said on standard error."""
        if self.process.poll() is None:
            self.close_input()
        return self.process.stderr.read().decode()


class Listener:
    """Takes callbacks and answers each with `status`."""

    def __init__(self, status=200):
        bodies = self.bodies = []
        headers = self.headers = []

        class Handler(http.server.BaseHTTPRequestHandler):
            """Keeps what comes."""

            def do_POST(self):  # named by http.server
                """Keep the body."""
                size = int(self.headers.get('Content-Length', 0))
                bodies.append(self.rfile.read(size))
                headers.append(dict(self.headers))
                self.send_response(status)
                self.send_header('Content-Length', '0')
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *args):
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0),
                                                      Handler)
        self.url = 'http://127.0.0.1:%d/cb' % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def wait(self, count, seconds=60.0):
        """Wait for so many; @return them parsed."""
        end = time.monotonic() + seconds
        while len(self.bodies) < count and time.monotonic() < end:
            time.sleep(0.05)
        return [json.loads(body) for body in list(self.bodies)]

    def close(self):
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()
