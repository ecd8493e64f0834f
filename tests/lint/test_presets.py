#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""base/presets.c and ttl/presets.ttl hold the same styles."""

import re

import common

PORTS = ('genre', 'mood', 'ensemble', 'style_weight', 'weirdness',
         'audio_weight')


def of_turtle():
    """{id: values} as a host reads them."""
    found = {}
    for block in re.split(r'\n(?=<urn:backline:lv2:preset:)',
                          common.read('ttl/presets.ttl'))[1:]:
        name = re.match(r'<urn:backline:lv2:preset:([\w-]+)>', block).group(1)
        ports = dict(re.findall(
            r'lv2:symbol "(\w+)" ;\s*pset:value ([\d.]+)', block))
        found[name] = [re.search(r'rdfs:label "(.*?)"', block).group(1)]
        found[name] += [float(ports.pop(port)) for port in PORTS]
        found[name] += [re.search(r'bl:%s "(.*?)"' % key, block).group(1)
                        for key in ('tags', 'negativeTags')]
        if ports != {'fine_tune': '1'}:
            found[name].append(ports)
    return found


def of_c():
    """The same as a window and the command line read them."""
    text = common.read('plugin/base/presets.c')
    found = {}
    for block in re.findall(r'\{\s*("[^}]*?")\s*\}', text):
        words = re.findall(r'"([^"]*)"|(\d[\d.]*)f?', block)
        values = [w if not n else float(n) for w, n in words]
        found[values[0]] = values[1:]
    return found


def test_presets():
    """the presets of the window are those of the bundle"""
    turtle, window = of_turtle(), of_c()
    if not turtle:
        return ['no preset was found']
    return ['%s: bundle %s, window %s' % (name, turtle.get(name),
                                          window.get(name))
            for name in sorted(set(turtle) | set(window))
            if turtle.get(name) != window.get(name)]


if __name__ == '__main__':
    common.run([test_presets])
