// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Buses look for the arguments of a device while they scan, and drivers read them
// while they probe: other threads must not free or replace them meanwhile. A thread
// that comes to a device which another one is about to attach or detach gets an error,
// and so does one that comes to detach it when that is done. Arguments that cannot be
// parsed take nothing out of the list.
//
// file: lib/eal/common/eal_common_dev.c
// expect: 1 #include "eal_devargs_list.h"
// expect: 2 struct eal_devargs_claim claim;
// expect: 2 eal_devargs_claim(&claim,
// expect: 7 eal_devargs_unclaim(&claim);

@include@
@@
 #include "eal_private.h"
+#include "eal_devargs_list.h"

@probed@
identifier ret;
@@
 local_dev_probe(...)
 {
 <...
+eal_devargs_unclaim(&claim);
 return ret;
 ...>
 }

@removed@
expression ret;
@@
 local_dev_remove(...)
 {
 <...
+eal_devargs_unclaim(&claim);
 return ret;
 ...>
 }

@probe@
identifier ret, da, devargs, error;
@@
 local_dev_probe(...)
 {
+struct eal_devargs_claim claim;
 ...
 ret = rte_devargs_parse(da, devargs);
-if (ret) goto error;
+if (ret == 0)
+	ret = eal_devargs_claim(&claim, da->bus, da->name);
+if (ret != 0) {
+	rte_devargs_reset(da);
+	free(da);
+	return ret;
+}
 ... when any
 }

@remove@
identifier ret, dev;
@@
 local_dev_remove(struct rte_device *dev)
 {
+struct eal_devargs_claim claim;
 int ret;
+
+ret = eal_devargs_claim(&claim, dev->bus, dev->name);
+if (ret != 0)
+	return ret;
+if (!rte_dev_is_probed(dev)) {
+	eal_devargs_unclaim(&claim);
+	return -ENOENT;
+}
 ... when any
 }
