#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 120
# alone

"""Qtractor under JACK and Xvfb: a clip played through the stereo plugin.

Qtractor runs a track's plugins only while it plays or monitors the track: its
takes end because nothing calls run() any more.
"""

import array
import glob
import os
import time

import host
import jack
from host import (STEREO, Child, Place, Tap, check, check_equal, diagnose,
                  difference, wait_for)

TAP = Tap()
RATE = 48000
AT = 480000
SECONDS = 4
CLIP_FADE = 512  # Qtractor smooths the end of a clip, over some 383 frames
NO_SEQUENCER = os.path.join(host.BUILD, 'tests', 'hosts', 'noseq.so')

SESSION = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE qtractor-session>
<session name="song" version="0.9.31">
 <properties>
  <directory>%(folder)s</directory>
  <description/>
  <sample-rate>%(rate)d</sample-rate>
  <tempo>92</tempo>
  <ticks-per-beat>960</ticks-per-beat>
  <beats-per-bar>4</beats-per-bar>
  <beat-divisor>2</beat-divisor>
 </properties>
 <state/>
 <files>
  <audio-list><file name="voice">%(file)s</file></audio-list>
  <midi-list/>
 </files>
 <devices>
  <audio-engine>
   <audio-control>
    <transport-mode>duplex</transport-mode>
    <timebase>true</timebase>
   </audio-control>
   <audio-bus name="Master" mode="duplex">
    <channels>2</channels>
    <auto-connect>true</auto-connect>
   </audio-bus>
  </audio-engine>
  <midi-engine/>
 </devices>
 <tracks>
  <track name="vox" type="audio">
   <properties>
    <input-bus>Master</input-bus>
    <output-bus>Master</output-bus>
   </properties>
   <state>
    <mute>false</mute><solo>false</solo><record>false</record>
    <monitor>false</monitor><gain>1</gain><panning>0</panning>
   </state>
   <view><height>48</height></view>
   <clips>
    <clip name="voice">
     <properties>
      <name>voice</name>
      <start>%(start)d</start><offset>0</offset><length>%(length)d</length>
      <gain>1</gain><panning>0</panning><mute>false</mute>
      <fade-in type="InQuad">0</fade-in><fade-out type="OutQuad">0</fade-out>
     </properties>
     <audio-clip>
      <filename>%(file)s</filename>
      <time-stretch>1</time-stretch><pitch-shift>1</pitch-shift>
     </audio-clip>
    </clip>
   </clips>
   <plugins>
    <plugin type="LV2">
     <filename>%(uri)s</filename>
     <index>0</index>
     <label>Backline Stereo</label>
     <activated>true</activated>
     <params><param name="Arm" index="4">1</param></params>
    </plugin>
   </plugins>
  </track>
 </tracks>
</session>
"""


class Stage:
    """What the cases hand on."""

    place = None
    qtractor = None
    singer = None
    raw = None


class Screen:
    """An X server that finds a free number by itself."""

    def __init__(self, place):
        log = place.path('xvfb.log')
        ends = os.pipe()
        self.child = None
        script = 'exec Xvfb -displayfd %d -screen 0 1280x800x24 -nolisten tcp'
        os.set_inheritable(ends[1], True)
        self.child = Child(['sh', '-c', script % ends[1]], log, env=place.env,
                           pass_fds=[ends[1]])
        os.close(ends[1])
        with os.fdopen(ends[0]) as number:
            place.env['DISPLAY'] = ':' + number.readline().strip()
        check(place.env['DISPLAY'] != ':', 'no Xvfb\n%s', self.child.tail())


@TAP.need
def load():
    """Qtractor loads a session with the plugin armed on its track."""
    place = Stage.place = Place('qtractor')
    voice = host.voice(RATE, SECONDS)
    Stage.raw = array.array('f', (v for s in voice for v in (s, s))).tobytes()
    path = place.path('voice.wav')
    host.write_float_wav(path, RATE, voice)
    with open(place.path('song.qtr'), 'w', encoding='utf-8') as text:
        text.write(SESSION % {
            'folder': place.root, 'rate': RATE, 'file': path, 'start': AT,
            'length': len(voice), 'uri': STEREO})
    Screen(place)
    jack.Server(place)
    Stage.singer = jack.Singer(place, [0.0] * 16, 0)
    env = dict(place.env, LD_PRELOAD=NO_SEQUENCER, QT_QPA_PLATFORM='xcb')
    Stage.qtractor = Child(['qtractor', place.path('song.qtr')],
                           place.path('qtractor.log'), env=env, gentle=True)

    def there():
        check(Stage.qtractor.running(), 'Qtractor ended\n%s',
              Stage.qtractor.tail())
        return any('Master/out_1' in p for p in Stage.singer.ports())

    wait_for(there, 30, "Qtractor's ports")
    wait_for(lambda: glob.glob('/proc/%d/task/*' % Stage.qtractor.process.pid)
             and b'backline.so' in maps(), 30, 'plugin in Qtractor')


def maps():
    """What Qtractor has mapped."""
    with open('/proc/%d/maps' % Stage.qtractor.process.pid, 'rb') as text:
        return text.read()


@TAP.case
def play():
    """What it plays under JACK's transport is one take at its frame."""
    before = len(Stage.place.takes())
    Stage.singer.locate(AT - RATE)
    time.sleep(0.5)
    Stage.singer.play_until(AT + (SECONDS + 1) * RATE, 30)
    Stage.singer.stop()
    wait_for(lambda: len(Stage.place.takes()) > before
             and not Stage.place.open_takes(), 20, 'take')
    takes = Stage.place.takes()
    check_equal(len(takes), before + 1, 'takes')
    take = takes[-1]
    diagnose('start %d of %d, %d frames' % (take['start'], AT - RATE,
                                            take['frames']))
    check_equal(take['dropped'], 0, 'dropped')
    check_equal(take['channels'], 2, 'channels')
    audio = take.audio()
    check_equal(audio.reference, take['start'], 'BWF time reference')
    check(abs(take['start'] - AT + RATE) < 4096, 'start %d', take['start'])
    frames = SECONDS * RATE - CLIP_FADE
    wrong = difference(audio.part(AT - take['start'], frames),
                       Stage.raw[:frames * 8])
    check(not wrong, '%s', wrong)
    check(abs(take['tempos'][0]['bpm'] - 92) < 0.01, 'tempo %r',
          take['tempos'][0])


TAP.main()
