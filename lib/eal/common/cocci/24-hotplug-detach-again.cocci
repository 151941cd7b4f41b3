// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Detach once more when the primary process has given the device up: a process that
// starts may have found it after the others were asked. No other process is asked
// without shared files.
//
// file: lib/eal/common/eal_common_dev.c
// expect: 1 /* one that started meanwhile may have it */

@again@
identifier req;
identifier func =~ "^(rte_)?dev_remove$";
@@
 func(...)
 {
 ... when any
 struct eal_dev_mp_req req;
 ... when any
+/* one that started meanwhile may have it */
+eal_dev_hotplug_request_to_secondary(&req);
+
 return 0;
 ... when any
 }

@shared@
identifier again.func, again.req, do_mp;
@@
 func(...)
 {
 ... when any
 bool do_mp = ...;
 ... when any
-eal_dev_hotplug_request_to_secondary(&req);
+if (do_mp)
+	eal_dev_hotplug_request_to_secondary(&req);
 return 0;
 ... when any
 }
