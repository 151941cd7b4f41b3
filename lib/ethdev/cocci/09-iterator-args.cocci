// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A string without a layer for the driver has no arguments for it.
//
// file: lib/ethdev/rte_ethdev.c
// expect: 1 devargs.args = "";

@@
identifier devargs, ret, string, label;
@@
 rte_eth_iterator_init(...)
 {
 <...
 ret = rte_devargs_parse(&devargs, string);
-if (ret != 0)
-	goto label;
+if (ret != 0)
+	goto label;
+
+/* there may be no layer for the driver */
+if (devargs.args == NULL)
+	devargs.args = "";
 ...>
 }
