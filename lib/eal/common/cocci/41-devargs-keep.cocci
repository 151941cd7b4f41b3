// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Arguments that cannot be parsed take nothing out of the list. No driver is called to
// detach what has been detached.
//
// file: lib/eal/common/eal_common_dev.c
// expect: 1 #include "eal_devargs_list.h"
// expect: 1 /* what the list has stays */
// expect: 1 /* another process may have asked for the same */

@include@
@@
 #include "eal_private.h"
+#include "eal_devargs_list.h"

@probe@
identifier ret, da, devargs, error;
@@
 local_dev_probe(...)
 {
 ...
 ret = rte_devargs_parse(da, devargs);
-if (ret) goto error;
+if (ret != 0) {
+	/* what the list has stays */
+	rte_devargs_reset(da);
+	free(da);
+	return ret;
+}
 ... when any
 }

@remove@
identifier dev;
@@
 local_dev_remove(struct rte_device *dev)
 {
 int ret;
+
+if (!rte_dev_is_probed(dev)) {
+	/* another process may have asked for the same */
+	return -ENOENT;
+}
 ... when any
 }
