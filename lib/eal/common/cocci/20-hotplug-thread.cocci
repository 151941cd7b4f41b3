// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Serve the hotplug requests of other processes in a thread of their own, so that no
// driver and no lock of the application stops the interrupt thread. The primary
// process sends its own from several threads now: one after the other. One that is
// ending serves none, but gives up its devices anyway.
//
// file: lib/eal/common/hotplug_mp.c
// expect: 1 #include "eal_hotplug_thread.h"
// expect: 2 eal_hotplug_thread_run(
// expect: 1 ret = eal_hotplug_request_all(&mp_req, &mp_reply, &ts);
// expect: 1 resp->result != 0 && resp->result != -ESHUTDOWN

@include@
@@
 #include "hotplug_mp.h"
+#include "eal_hotplug_request.h"
+#include "eal_hotplug_thread.h"

@thread@
expression serve, bundle;
@@
-rte_eal_alarm_set(1, serve, bundle)
+eal_hotplug_thread_run(serve, bundle)

@exchange@
expression ret, req, reply, ts;
@@
 eal_dev_hotplug_request_to_secondary(...)
 {
 ...
-ret = rte_mp_request_sync(req, reply, ts);
+ret = eal_hotplug_request_all(req, reply, ts);
 ...
 }

@ending@
identifier resp;
@@
 eal_dev_hotplug_request_to_secondary(...)
 {
 <+...
-resp->result != 0
+resp->result != 0 && resp->result != -ESHUTDOWN
 ...+>
 }
