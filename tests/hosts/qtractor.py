# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""Qtractor with one track: a voice, played through the armed plugin."""

import os

import host
from host import STEREO, Child, check, wait_for

# Without ALSA's sequencer Qtractor stops with a question
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
    <monitor>%(monitor)s</monitor><gain>1</gain><panning>0</panning>
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


def write_session(place, rate, voice, start, monitor=False):
    """song.qtr; a monitored track runs its plugins while nothing plays."""
    path = place.path('voice.wav')
    host.write_float_wav(path, rate, voice)
    with open(place.path('song.qtr'), 'w', encoding='utf-8') as text:
        text.write(SESSION % {
            'folder': place.root, 'rate': rate, 'file': path, 'start': start,
            'length': len(voice), 'uri': STEREO,
            'monitor': 'true' if monitor else 'false'})


def start(place, singer):
    """Qtractor, once it is in JACK and has the plugin."""
    env = dict(place.env, LD_PRELOAD=NO_SEQUENCER, QT_QPA_PLATFORM='xcb')
    child = Child(['qtractor', place.path('song.qtr')],
                  place.path('qtractor.log'), env=env, gentle=True)

    def there():
        check(child.running(), 'Qtractor ended\n%s', child.tail())
        return any('Master/out_1' in p for p in singer.ports())

    wait_for(there, 60, "Qtractor's ports")
    wait_for(lambda: _maps(child, b'backline.so'), 60, 'plugin in Qtractor')
    return child


def _maps(child, name):
    with open('/proc/%d/maps' % child.process.pid, 'rb') as text:
        return name in text.read()
