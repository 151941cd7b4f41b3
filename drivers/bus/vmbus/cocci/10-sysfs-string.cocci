// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Read strings of sysfs by EAL's helper.
//
// file: drivers/bus/vmbus/linux/vmbus_bus.c
// expect: 1 #include "eal_sysfs.h"
// expect: 1 if (eal_sysfs_read_str(filename, mapname, sizeof(mapname)) < 0)

@include@
@@
 #include "eal_filesystem.h"
+#include "eal_sysfs.h"

@own@
@@
-get_sysfs_string(const char *filename, char *buf, size_t buflen)
-{
-...
-}

@call@
expression list arguments;
@@
-get_sysfs_string(arguments)
+eal_sysfs_read_str(arguments)
