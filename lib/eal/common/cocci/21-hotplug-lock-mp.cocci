// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// The same for what secondary processes ask for.
//
// file: lib/eal/common/hotplug_mp.c
// expect: 1 #include "eal_hotplug_lock.h"
// expect: 1 eal_hotplug_begin(req->devargs);
// expect: 1 eal_hotplug_end(0);

@include@
@@
 #include "hotplug_mp.h"
+#include "eal_hotplug_lock.h"

@secondary_request@
identifier bundle, req, tmp_req, param;
@@
 __handle_secondary_request(void *param)
 {
 ...
+eal_hotplug_begin(req->devargs);
 tmp_req = *req;
 ... when any
+eal_hotplug_end(0);
 free(bundle->peer);
 free(bundle);
 }
