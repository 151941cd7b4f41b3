// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A secondary process that never had a device, for lack of its bus or because it
// could not attach it, does not keep others from detaching it. Nor is that an error.
//
// file: lib/eal/common/hotplug_mp.c
// expect: 1 if (ret == -EFAULT)
// expect: 1 LOG(DEBUG,

@absent@
identifier dev;
identifier log =~ "^(RTE|EAL)_LOG$";
symbol ERR, DEBUG;
@@
 __handle_primary_request(...)
 {
 <+...
 dev = bus->find_device(...);
 if (dev == NULL) {
	log(
-	ERR
+	DEBUG
	, ...);
	...
 }
 ...+>
 }

@not_probed@
expression ret;
@@
 __handle_primary_request(...)
 {
 <+...
-ret = -ENODEV;
+ret = -ENOENT;
 ...+>
 }

@no_bus@
expression ret, da, devargs;
@@
 __handle_primary_request(...)
 {
 <+...
 ret = rte_devargs_parse(da, devargs);
+if (ret == -EFAULT)
+	ret = -ENOENT;
 ...+>
 }
