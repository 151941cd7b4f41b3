// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Device arguments that do not fit into a message are an error, where there are other
// processes: cut, they would mean something else there. Newer releases refuse them, too,
// but as well where nobody has to be told.
//
// file: lib/eal/common/eal_common_dev.c
// expect: 1 #include "eal_hotplug_request.h"
// expect: 1 ret = eal_hotplug_set_devargs(&req, devargs);
// expect: 0 strlen(devargs) >=

@include@
@@
 #include "hotplug_mp.h"
+#include "eal_hotplug_request.h"

@check@
identifier func =~ "^(rte_)?dev_probe$";
identifier devargs;
expression size;
statement S;
@@
 func(const char *devargs)
 {
 ... when any
-if (strlen(devargs) >= size)
-	S
 ... when any
 }

@@
identifier func =~ "^(rte_)?dev_probe$";
identifier devargs, req;
identifier ret =~ "^ret$";
expression size;
@@
 func(const char *devargs)
 {
 ... when any
 int ret;
 ...
-strlcpy(req.devargs, devargs, size);
+ret = eal_hotplug_set_devargs(&req, devargs);
+if (ret != 0)
+	return ret;
 ... when any
 }
