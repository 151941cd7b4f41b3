// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Undo in a secondary process only what was done there, and tell it if it has the
// device that it asks for. One that starts may find the device until the primary process
// has detached it: undo what is attached once more after that, and detach it once more.
//
// file: lib/eal/common/hotplug_mp.c
// expect: 1 if (eal_hotplug_concerns(req))
// expect: 1 !rte_dev_is_probed(dev) || !eal_hotplug_concerns(req)
// expect: 1 eal_hotplug_note(resp);
// expect: 1 /* others may have found it until now */
// expect: 1 /* one that started meanwhile may have it */
// expect: 1 req->result = eal_hotplug_own_result(resp);

@attach@
expression ret;
identifier req, dev;
@@
 __handle_primary_request(...)
 {
 <+...
-ret = local_dev_probe(req->devargs, &dev, &attached);
+if (eal_hotplug_concerns(req))
+	ret = local_dev_probe(req->devargs, &dev, &attached);
 ...+>
 }

@detach@
identifier req, dev;
@@
 __handle_primary_request(...)
 {
 ... when any
 const struct eal_dev_mp_req *req = ...;
 <+...
-!rte_dev_is_probed(dev)
+!rte_dev_is_probed(dev) || !eal_hotplug_concerns(req)
 ...+>
 }

@once_more@
identifier dev, tmp_req;
@@
 __handle_secondary_request(...)
 {
 <+...
 tmp_req.t = EAL_DEV_REQ_TYPE_ATTACH_ROLLBACK;
 ...
-if (!attached)
+if (!attached) {
	local_dev_remove(dev);
+	/* others may have found it until now */
+	eal_dev_hotplug_request_to_secondary(&tmp_req);
+}
 ...+>
 }

@detach_once_more@
expression ret;
identifier dev, tmp_req;
statement failed;
@@
 __handle_secondary_request(...)
 {
 ... when any
 struct eal_dev_mp_req tmp_req;
 <+...
 ret = local_dev_remove(dev);
-if (ret != 0)
+if (ret == 0) {
+	/* one that started meanwhile may have it */
+	eal_dev_hotplug_request_to_secondary(&tmp_req);
+} else
	failed
 ...+>
 }

@note@
identifier resp;
expression ret;
@@
 __handle_primary_request(...)
 {
 <+...
 resp->result = ret;
+eal_hotplug_note(resp);
 ...+>
 }

@own@
identifier req, resp;
@@
 eal_dev_hotplug_request_to_primary(struct eal_dev_mp_req *req)
 {
 ...
-req->result = resp->result;
+req->result = eal_hotplug_own_result(resp);
 ...
 }
