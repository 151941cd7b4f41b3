// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Attach and detach devices one after the other, whichever thread asks for it:
// on the way in, and on every way out.
//
// file: lib/eal/common/eal_common_dev.c
// expect: 1 #include "eal_hotplug_lock.h"
// expect: 3 eal_hotplug_begin();
// expect: 16-17 return eal_hotplug_end(

@include@
@@
 #include "eal_private.h"
+#include "eal_hotplug_lock.h"

@begin@
identifier func =~ "^rte_(dev_probe|dev_remove|eal_hotplug_remove)$";
statement first, other;
@@
 func(...)
 {
 ... when != other
+eal_hotplug_begin();
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
