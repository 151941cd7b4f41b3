// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// The function that probes a device tells whether it had a driver before.
//
// file: lib/eal/common/eal_private.h
// expect: 1 bool *attached);

@@
identifier devargs, new_dev;
@@
 int local_dev_probe(const char *devargs, struct rte_device **new_dev
+		    , bool *attached
 );
