// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// The same where the primary process attaches for itself.
//
// file: lib/eal/common/eal_common_dev.c
// expect: 1 /* others may have found it until now */

@@
identifier dev, req;
statement warning;
identifier func =~ "^(rte_)?dev_probe$";
@@
 func(...)
 {
 <+...
 req.t = EAL_DEV_REQ_TYPE_ATTACH_ROLLBACK;
 ...
 if (!attached && local_dev_remove(dev) != 0)
	warning
+if (!attached) {
+	/* others may have found it until now */
+	eal_dev_hotplug_request_to_secondary(&req);
+}
 ...+>
 }
