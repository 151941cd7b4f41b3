// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Attach and detach mediated devices one after the other, whichever thread asks for
// it: on the way in, and on every way out.
//
// file: lib/eal/common/eal_common_dev.c
// expect: 1 #include "eal_hotplug_lock.h"
// expect: 1 eal_hotplug_begin(devargs);
// expect: 1 eal_hotplug_begin(rte_bus_name(dev->bus));
// expect: 1 eal_hotplug_begin(busname);
// expect: 16-17 return eal_hotplug_end(

@include@
@@
 #include "eal_private.h"
+#include "eal_hotplug_lock.h"

@probe@
identifier devargs;
statement first, other;
@@
 rte_dev_probe(const char *devargs)
 {
 ... when != other
+eal_hotplug_begin(devargs);
 first
 ... when any
 }

@remove@
identifier dev;
statement first, other;
@@
 rte_dev_remove(struct rte_device *dev)
 {
 ... when != other
+eal_hotplug_begin(rte_bus_name(dev->bus));
 first
 ... when any
 }

@hotplug_remove@
identifier busname, devname;
statement first, other;
@@
 rte_eal_hotplug_remove(const char *busname, const char *devname)
 {
 ... when != other
+eal_hotplug_begin(busname);
 first
 ... when any
 }

@end@
identifier func =~ "^rte_(dev_probe|dev_remove|eal_hotplug_remove)$";
expression ret;
@@
 func(...)
 {
 <...
-return ret;
+return eal_hotplug_end(ret);
 ...>
 }
