// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A device that the primary process has already works on, if a secondary process
// asks for it and another one fails.
//
// file: lib/eal/common/hotplug_mp.c
// expect: 2 bool attached = false;
// expect: 2 local_dev_probe(req->devargs, &dev, &attached);
// expect: 1 if (ret != 0 && (ret != -EEXIST || !attached))
// expect: 1 tmp_req.result = attached ? -EEXIST : 0;
// expect: 1 if (!attached)

@probe@
identifier func =~ "^__handle_(primary|secondary)_request$";
identifier dev, ret, req;
@@
 func(...)
 {
 ...
 struct rte_device *dev;
+bool attached = false;
 <+...
-ret = local_dev_probe(req->devargs, &dev);
+ret = local_dev_probe(req->devargs, &dev, &attached);
 ...+>
 }

@failed@
identifier ret;
statement S;
@@
 __handle_secondary_request(...)
 {
 <+...
-if (ret != 0 && ret != -EEXIST)
+if (ret != 0 && (ret != -EEXIST || !attached))
	S
 ...+>
 }

@works_on@
identifier dev, tmp_req;
@@
 __handle_secondary_request(...)
 {
 <+...
 tmp_req.t = EAL_DEV_REQ_TYPE_ATTACH_ROLLBACK;
+tmp_req.result = attached ? -EEXIST : 0;
 eal_dev_hotplug_request_to_secondary(...);
-local_dev_remove(dev);
+if (!attached)
+	local_dev_remove(dev);
 ...+>
 }
