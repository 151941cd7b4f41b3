// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A device that the primary process has already works on, if a secondary process
// asks for it and another one fails.
//
// file: lib/eal/common/hotplug_mp.c
// expect: 1 bool attached = false;
// expect: 1 attached = ret == -EEXIST;
// expect: 1 if (!attached)

@request@
identifier dev, ret, req;
@@
 __handle_secondary_request(...)
 {
 ...
 struct rte_device *dev;
+bool attached = false;
 <+...
 ret = local_dev_probe(req->devargs, &dev);
+attached = ret == -EEXIST;
 ...+>
 }

@works_on@
identifier request.dev;
@@
 __handle_secondary_request(...)
 {
 <+...
 eal_dev_hotplug_request_to_secondary(...);
-local_dev_remove(dev);
+if (!attached)
+	local_dev_remove(dev);
 ...+>
 }
