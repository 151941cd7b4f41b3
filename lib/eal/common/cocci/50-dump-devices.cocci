// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Show the devices of a bus below its name, with what the bus tells of each.
//
// file: lib/eal/common/eal_common_bus.c
// expect: 1 return bus_dump_devices(f, bus);

@@
typedef FILE;
identifier f, bus, ret;
@@
 static int bus_dump_one(FILE *f, struct rte_bus *bus)
 {
 ...
 if (ret < 0) return ret;
-return 0;
+return bus_dump_devices(f, bus);
 }
