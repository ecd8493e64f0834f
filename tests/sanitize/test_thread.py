#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 900
# alone

"""The C tests under the thread sanitizer."""

import sanitize

sanitize.main('thread', 'tsan')
