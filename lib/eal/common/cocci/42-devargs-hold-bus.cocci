// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// The same when all buses scan or probe.
//
// file: lib/eal/common/eal_common_bus.c
// expect: 1 #include "eal_devargs_list.h"
// expect: 2 eal_devargs_hold();
// expect: 2 eal_devargs_release();

@include@
@@
 #include "eal_private.h"
+#include "eal_devargs_list.h"

@@
iterator name TAILQ_FOREACH;
identifier func =~ "^rte_bus_(scan|probe)$";
statement S;
@@
 func(void)
 {
 ...
+eal_devargs_hold();
 TAILQ_FOREACH(...) S
 ...
+eal_devargs_release();
 return 0;
 }
