// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_LIMITS_H
#define BL_BASE_LIMITS_H

/**
   Every size, time and retry limit of Backline, in one place.

   Units stand in the name: _BYTES, _FRAMES, _MS, _S (seconds), _CHARS
   (UTF-8 code points).  A limit that follows from the service's contract
   names its section of API.md.
*/

// Text

#define BL_TEXT_BYTES 4096u         ///< A string property, with its NUL
#define BL_NAME_BYTES 128u          ///< A short name, with its NUL
#define BL_PATH_BYTES 4096u         ///< A path, with its NUL
#define BL_URL_BYTES 2048u          ///< A URL, with its NUL
#define BL_MESSAGE_BYTES 512u       ///< A sentence for the user, with its NUL
#define BL_FILE_NAME_BYTES 200u     ///< A result's file name without folder
#define BL_CONFIG_BYTES (64u << 10) ///< config.json and credentials

#define BL_TITLE_CHARS 80u          ///< API 1.1
#define BL_TAGS_CHARS 1000u         ///< API 1.1
#define BL_NEGATIVE_TAGS_CHARS 200u ///< API 1.1
#define BL_MODEL_CHARS 32u
#define BL_LYRICS_CHARS 5000u  ///< API 1.1, V6
#define BL_LYRICS_BYTES 20001u ///< The same in UTF-8, with its NUL
#define BL_VARIETY_MAX 4       ///< API 1.1, V6

// Takes

#define BL_TAKE_ID_BYTES 32u ///< "20261122T101340Z-1a2b3c4d" and NUL
#define BL_TAKE_MIN_S 1.0    ///< Shorter is refused
#define BL_TAKE_WARN_S 10.0  ///< Shorter warns; API 1.4
#define BL_TAKE_MAX_S 480.0  ///< Longer after trimming is refused; API 1.4
#define BL_TAKE_MAX_CHANNELS 2u
#define BL_HOST_TICK_BEATS (1.01 / 1920.0) ///< Hosts round beats to such ticks
#define BL_TAKE_SILENCE_DBFS (-66.0)       ///< A peak below is silence
#define BL_TAKES_OFFER_BYTES (10ull << 30) ///< Beyond: offer to delete

#define BL_TRIM_MARGIN_S 0.05  ///< Kept around the sound where no bar is known
#define BL_TRIM_BAR_MAX_S 30.0 ///< A bar line further off is not believed

// Capture

#define BL_RING_S 12.0 ///< Seconds of audio that the ring holds
#define BL_RATE_MIN 8000u
#define BL_RATE_MAX 384000u
#define BL_CAPTURE_EVENTS 1024u ///< Events that the ring beside it holds
#define BL_CAPTURE_PIECE 8192u  ///< Frames that go to the ring at once
#define BL_CAPTURE_PROOF_S 1.0  ///< Less audio proves nothing of the speed
#define BL_CAPTURE_WAIT_SLICE_NS 1000000L ///< One sleep of a waiting run()
#define BL_CAPTURE_GIVE_UP_S 10.0 ///< A writer that moved nothing is given up
#define BL_CAPTURE_IDLE_S 3.0     ///< run() is not called: an open take ends
#define BL_CAPTURE_FILL_GAP_S 1.0 ///< A shorter forward gap is filled

// Threads

#define BL_POLL_BUSY_MS 5   ///< Ring poll while armed or a job is open
#define BL_POLL_HURRY_MS 1  ///< Ring poll just after much came at once
#define BL_POLL_IDLE_MS 50  ///< Ring poll otherwise
#define BL_POLL_CALM_MS 200 ///< Ring poll after BL_POLL_CALM_S of nothing
#define BL_POLL_CALM_S 5.0
#define BL_REST_MS 10000    ///< Of a thread that another one wakes
#define BL_FILE_SYNC_MS 500 ///< Header rewrite and fsync of an open take
#define BL_CLEANUP_MS 200   ///< cleanup() returns within

// The plugin

#define BL_GROUP_WAIT_S 0.3      ///< For an older instance's take to open
#define BL_GROUP_BORN_S 3.0      ///< Within: made by the host as one
#define BL_GROUP_SAME_S 1.0      ///< Within: the same take, the same click
#define BL_SESSION_TAKES 9999u   ///< As many as the `take` port can name
#define BL_SESSION_BYTES 320000u ///< A list in the state
#define BL_CHORE_S 0.02          ///< Work on overviews in one poll

// Jobs

#define BL_JOBS_MAX 64u             ///< Jobs that one session remembers
#define BL_VARIANTS 2u              ///< Results of one request; API 1.5
#define BL_JOURNAL_BYTES (1u << 20) ///< A job-N.json or take.json read
#define BL_RETRY_MAX 5u             ///< Tries of one step before it fails
#define BL_RETRY_FIRST_S 2.0
#define BL_RETRY_CAP_S 60.0
#define BL_ASKS_MAX 64u          ///< Wishes that wait in a runner
#define BL_JOURNAL_WATCH_S 0.5   ///< Look at a job that others run
#define BL_CANCEL_WATCH_S 0.25   ///< Look for job-N.cancel
#define BL_UPLOAD_FRESH_S 3600.0 ///< Older uploads are done anew; API 4
#define BL_WISH_FRESH_S 86400.0  ///< A paid wish from before: ask the user
#define BL_CREDITS_FRESH_S 600.0 ///< Asked longer ago: ask again
#define BL_WAITING_NEWS_S 1.0    ///< Progress while nothing happens
#define BL_USUAL_PAID_S 150.0    ///< A job all in all; API 6
#define BL_USUAL_LOCAL_S 15.0
#define BL_USUAL_WAV_S 30.0      ///< A guess: nobody measured it
#define BL_USUAL_SEPARATE_S 83.0 ///< API 5.2
#define BL_USUAL_STEMS_S 132.0   ///< API 5.2
#define BL_JITTER 0.25           ///< Of a waiting time, to either side
#define BL_NOT_HERE_MAX 5u       ///< Questions for a task nobody knows
#define BL_RESTARTS_MAX 3u       ///< Times that a free job starts over
#define BL_PROGRESS_S 0.2        ///< At most so often to the observer
#define BL_BEGIN_WAIT_S 0.1      ///< For another process that begins a job

// Results

#define BL_NAME_ATTEMPTS 1000u        ///< "Title (A) 1000.wav" is the last
#define BL_MP3_HEAD_BYTES (64u << 10) ///< Searched for the first frame
#define BL_RESULT_MAX_S 3600.0        ///< A longer result is none
#define BL_RESULT_CEILING 0.97        ///< Of a 24-bit file that would clip

// Service

#define BL_USUAL_CREDITS                                                       \
  12.0                     ///< Of one request, at both built-in services; API
#define BL_WAV_CREDITS 0.4 ///< API 6
#define BL_SEPARATE_CREDITS 10.0          ///< API 6
#define BL_RESULT_KEEP_S (14.0 * 86400.0) ///< At the service; API 6
#define BL_HTTP_CONNECT_S 15
#define BL_HTTP_REPLY_S 60             ///< A small request, all in all
#define BL_HTTP_STALL_S 60             ///< Up- or download without a byte
#define BL_HTTP_STALL_BYTES_S 256      ///< Slower for BL_HTTP_STALL_S: stalled
#define BL_HTTP_TRANSFER_S 3600        ///< Up- or download, all in all
#define BL_HTTP_REPLY_BYTES (4u << 20) ///< A JSON reply
#define BL_HTTP_REDIRECTS 5
#define BL_JSON_DEPTH 32
#define BL_DOWNLOAD_BYTES (256ull << 20) ///< One result
#define BL_DOWNLOAD_MIN_BYTES 10240u     ///< Smaller is no result; API 7
#define BL_DOWNLOAD_TRIES 3u             ///< Of one URL, resumed where it broke
#define BL_DOWNLOAD_DURATION 0.1         ///< Deviation that is accepted; API 7
#define BL_TWINS_WAIT_S 35.0             ///< Then fetch a twin again; API 7
#define BL_RETRY_AFTER_MAX_S 600.0       ///< A longer Retry-After is cut
#define BL_EMPTY_POLLS 6u                ///< SUCCESS without audio; API 3.3
#define BL_CALLBACK_EXCEPTION_POLLS 24u  ///< Without audio: still waiting
#define BL_KEY_BYTES 512u                ///< An API key, with its NUL
#define BL_CREDENTIALS_BYTES (64u << 10) ///< The credentials file
#define BL_CALLBACK_CONNECTIONS 16u
#define BL_CALLBACK_SEEN 64u ///< Callbacks remembered as seen
#define BL_BAND_START_S 10.0 ///< From spawn to its port
#define BL_CALLBACK_BODY_BYTES (256u << 10)

// Polling; API 3.4

#define BL_POLL_FIRST_S 15.0
#define BL_POLL_NEXT_S 5.0
#define BL_POLL_CAP_S 10.0
#define BL_POLL_GIVE_UP_S 1200.0
#define BL_POLL_LOCAL_S 0.2

// The local band's server

#define BL_BAND_TASKS_MAX 32u             ///< Kept, finished ones included
#define BL_BAND_WAITING_MAX 16u           ///< Not finished
#define BL_BAND_UPLOADS_MAX 64u           ///< Files kept
#define BL_BAND_UPLOAD_BYTES (1ull << 30) ///< One upload
#define BL_BAND_DISK_BYTES (4ull << 30)   ///< Uploads and results together
#define BL_BAND_FREE_BYTES (64ull << 20)  ///< Left free on the disk
#define BL_BAND_JSON_BYTES (256u << 10)   ///< A request's JSON
#define BL_BAND_BASE64_BYTES (32u << 20)  ///< JSON of a base64 upload
#define BL_BAND_KEEP_S 86400.0            ///< Tasks and files; API 4: 24 h
#define BL_BAND_CONNECTIONS 64u
#define BL_BAND_IDLE_S 60u           ///< A connection without a byte
#define BL_BAND_CALLBACK_S 15L       ///< API 2.1
#define BL_BAND_CALLBACK_RETRIES 3u  ///< API 2.1
#define BL_BAND_CALLBACK_RETRY_S 1.0 ///< Doubled each time
#define BL_BAND_CALLBACKS_MAX 128u   ///< That wait to be sent
#define BL_BAND_CREDITS 999999       ///< Always: it costs nothing
#define BL_BAND_STOP_MS 800          ///< From end of input to exit

#endif // BL_BASE_LIMITS_H
