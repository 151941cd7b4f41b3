#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Create a mediated device now, and whenever its parent appears. "mdevctl types"
# lists parents and types; "mdevctl undefine" takes the definition back.
#
#   mediated-nic.sh UUID PARENT TYPE

set -e

mdevctl define --uuid "$1" --parent "$2" --type "$3" --auto
mdevctl start --uuid "$1"
