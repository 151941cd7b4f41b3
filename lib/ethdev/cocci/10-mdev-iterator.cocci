// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Let a filter of ports name a mediated device, as it can name a PCI function.
//
// file: lib/ethdev/rte_ethdev.c
// expect: 1 strcmp(iter->bus->name, "mdev") == 0

@mdev_key@
identifier iter;
@@
-strcmp(iter->bus->name, "dpaa_bus") == 0
+strcmp(iter->bus->name, "dpaa_bus") == 0 || strcmp(iter->bus->name, "mdev") == 0
