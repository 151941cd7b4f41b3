// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A bus that takes several spellings of a device's name knows which one the device
// has: ask it for device arguments without layers, too.
//
// file: lib/eal/common/eal_common_devargs.c
// expect: 1 ret = da->bus->devargs_parse(da);

@@
identifier da, dev, i;
@@
 rte_devargs_parse(struct rte_devargs *da, const char *dev)
 {
 ...
 size_t i;
+int ret;
 ... when any
 da->drv_str = da->data;
+/* what a failed try to parse layers has left */
+da->bus_str = NULL;
+da->cls_str = NULL;
+if (da->bus->devargs_parse != NULL) {
+	ret = da->bus->devargs_parse(da);
+	if (ret != 0) {
+		rte_devargs_reset(da);
+		return ret;
+	}
+}
 return 0;
 }
