// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Serve the hotplug requests of other processes in a thread of their own, so that no
// driver and no lock of the application stops the interrupt thread. The primary
// process sends its own from several threads now: one after the other, each with what
// tells the answers from those to others. One that is ending serves none, but gives up
// its devices anyway.
//
// file: lib/eal/common/hotplug_mp.c
// expect: 1 #include "eal_hotplug_thread.h"
// expect: 2 eal_hotplug_thread_run(
// expect: 2 eal_hotplug_begin(req);
// expect: 2 ret = eal_hotplug_request(&mp_req, &mp_reply, &ts);
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
identifier func =~ "^eal_dev_hotplug_request_to_(primary|secondary)$";
identifier req, msg;
expression ret, reply, ts;
@@
 func(struct eal_dev_mp_req *req)
 {
 ...
+eal_hotplug_begin(req);
 memcpy(msg.param, req, sizeof(*req));
 ...
-ret = rte_mp_request_sync(&msg, reply, ts);
+ret = eal_hotplug_request(&msg, reply, ts);
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
