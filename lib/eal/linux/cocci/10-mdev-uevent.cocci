// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Report the arrival and removal of mediated devices.
//
// file: lib/eal/linux/eal_dev.c
// expect: 1 #include "eal_uevent.h"
// expect: 1 event->subsystem = EAL_DEV_EVENT_SUBSYSTEM_MDEV;

@declare@
@@
 #include "eal_private.h"
+#include "eal_uevent.h"

@parse@
identifier buf, event, length, action;
expression size;
@@
 dev_uev_parse(const char *buf, struct rte_dev_event *event, int length)
 {
 ...
+if (eal_uevent_parse_mdev(buf, length, &event->type, &event->devname) == 0) {
+	event->subsystem = EAL_DEV_EVENT_SUBSYSTEM_MDEV;
+	return 0;
+}
+
 memset(action, 0, size);
 ... when any
 }
