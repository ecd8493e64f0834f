#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 900
# alone

"""The C tests under the address and undefined sanitizers."""

import sanitize

sanitize.main('address', 'asan')
