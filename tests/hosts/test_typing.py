#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 180

"""Typing into the real window: compose, selections, and what the host gets."""

import os

import host
from host import Child, Place, Tap, check, check_equal, wait_for
from screen import Screen

TAP = Tap()
TITLE, TAGS = 0, 1


class Typist:
    """A host in some locale, with the window in it, and who types there."""

    screen = None

    def __init__(self, locale, method=''):
        self.child = Child(
            [os.path.join(host.BUILD, 'tests', 'tools', 'window_typing'),
             locale], self.screen.place.path(locale + '.log'),
            env=dict(self.screen.env, XMODIFIERS=method))
        wait_for(lambda: self.words('window'), 30, 'window')
        self.window = int(self.words('window')[0][0])

    def words(self, kind):
        """What it has said of a kind so far."""
        return [line.split(' ')[1:] for line in self.child.output().split('\n')
                if line.startswith(kind + ' ')]

    def point(self, field, part):
        """A place in a field, part of its width from its left."""
        x, y, width, height = [
            float(word) for words in self.words('field')
            if int(words[0]) == field for word in words[1:]]
        left, top = self.screen.box(self.window)[:2]
        return left + x + part * width, top + y + height / 2

    def click(self, field, part=0.9, button=1, times=1):
        """Press there so many times in quick succession."""
        x, y = self.point(field, part)
        self.screen.do('mousemove', int(x), int(y), 'click',
                       '--repeat', times, '--delay', 60, button)
        wait_for(lambda: self.screen.do('getwindowfocus').strip()
                 == str(self.window), 20, 'keyboard')

    def keys(self, *names):
        """Press these, one after the other."""
        self.screen.do('key', '--delay', 30, *names)

    def string(self, field, wanted):
        """Wait until the plugin was told so."""
        seen = lambda: [' '.join(words[1:]) for words in self.words('string')
                        if int(words[0]) == field]
        try:
            wait_for(lambda: seen()[-1:] == [wanted], 20, 'text')
        except host.Failed:
            check_equal(seen()[-1:], [wanted], 'the text')

    def selection(self, name, wanted):
        """Wait until a selection holds this."""
        wait_for(lambda: self.held(name) == wanted, 20,
                 '%r in %s' % (wanted, name))

    def choose_word(self, field, part, word):
        """Click twice on it; again where the clicks came too far apart."""
        for _ in range(20):
            self.click(field, part, times=2)
            try:
                wait_for(lambda: self.held('primary') == word, 2, word)
                return
            except host.Failed:
                pass
        check_equal(self.held('primary'), word, 'PRIMARY')

    def held(self, name):
        """What a selection holds."""
        return self.screen.run('xclip', '-o', '-selection', name)

    def offer(self, name, text, target='UTF8_STRING', encoding='utf-8'):
        """Let another program hold a selection."""
        path = self.screen.place.path('offered')
        with open(path, 'w', encoding=encoding) as out:
            out.write(text)
        self.screen.run('sh', '-c', 'xclip -i -selection %s -t %s "%s" '
                        '>/dev/null 2>&1' % (name, target, path))


@TAP.need
def test_compose():
    """Dead keys, a compose key and any script, in a UTF-8 host; the input
    method of the session does not run."""
    Typist.screen = Screen(Place('typing'), 1000, 760)
    t = TAP.typist = Typist('C.UTF-8', '@im=gone')
    t.click(TITLE)
    t.keys('dead_acute', 'e', 'dead_doubleacute', 'o', 'Multi_key', 'period',
           'period', 'Cyrillic_zhe', 'U5B57', 'Return')
    t.string(TITLE, '\u00e9\u0151\u2026\u0436\u5b57')


@TAP.case
def test_selections():
    """PRIMARY and CLIPBOARD, from us and to us."""
    t = TAP.typist
    t.click(TAGS)
    t.screen.do('type', '--delay', 20, 'soft piano')
    t.choose_word(TAGS, 0.12, 'piano')
    t.keys('ctrl+a', 'ctrl+c')
    t.selection('clipboard', 'soft piano')
    t.offer('clipboard', '\u043f\u0438\u0430\u043d\u043e\nx')
    t.keys('ctrl+v', 'Return')
    t.string(TAGS, '\u043f\u0438\u0430\u043d\u043e x')
    t.offer('primary', '\u3042')
    t.click(TAGS, 0.9, button=2)
    t.keys('Return')
    t.string(TAGS, '\u043f\u0438\u0430\u043d\u043e x\u3042')

    # What knows Latin 1 alone: STRING
    t.keys('ctrl+a')
    t.offer('clipboard', 'caf\u00e9', 'STRING', 'latin-1')
    t.keys('ctrl+v', 'Return')
    t.string(TAGS, 'caf\u00e9')
    t.keys('ctrl+a', 'ctrl+c')
    wait_for(lambda: t.screen.run(
        'sh', '-c', 'xclip -o -selection clipboard -t STRING | od -An -tx1')
        .split() == ['63', '61', '66', 'e9'], 20, 'Latin 1')


@TAP.case
def test_host_keys():
    """Nothing typed reaches the host; after Escape all keys do."""
    t = TAP.typist
    t.click(TITLE)
    t.keys('p', 'ctrl+s', 'space', 'F5', 'Return')
    t.string(TITLE, '\u00e9\u0151\u2026\u0436\u5b57p ')
    t.keys('Escape')
    t.keys('r')
    wait_for(lambda: ['r'] in t.words('host'), 20, 'key at the host')
    heard = [words[0] for words in t.words('host')]
    check('p' not in heard and 's' not in heard and 'space' not in heard,
          'the host heard %r', heard)
    check('F5' in heard, 'F5 is of no use to a field: %r', heard)
    t.child.end()


@TAP.case
def test_c_locale():
    """A host in the C locale: Latin 1 composes, every script types."""
    t = Typist('C')
    t.click(TITLE)
    t.keys('dead_acute', 'e', 'Cyrillic_zhe', 'EuroSign', 'U5B57', 'Return')
    t.string(TITLE, '\u00e9\u0436\u20ac\u5b57')
    t.child.end()


@TAP.case
def test_method_ends():
    """An input method composes; its server is killed, and keys go on."""
    screen = Typist.screen
    server = Child(['nabi'], screen.place.path('nabi.log'), env=screen.env)
    wait_for(lambda: '@server=nabi' in screen.run(
        'xprop', '-root', 'XIM_SERVERS'), 30, 'input method')
    wait_for(lambda: screen.find('^[Nn]abi'), 30, 'palette')
    t = Typist('C.UTF-8', '@im=nabi')
    t.click(TITLE)
    t.keys('a', 'shift+space', 'g', 'k', 's', 'shift+space', 'b', 'Return')
    t.string(TITLE, 'a\ud55cb')

    # Within a syllable, which goes with the server
    t.keys('End', 'shift+space', 'g', 'k')
    server.end()
    t.keys('c', 'dead_acute', 'e', 'Return')
    t.string(TITLE, 'a\ud55cbc\u00e9')
    t.keys('Escape', 'r')
    wait_for(lambda: ['r'] in t.words('host'), 20, 'key at the host')
    t.child.end()


TAP.main()
