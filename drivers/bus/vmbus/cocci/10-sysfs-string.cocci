// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Read strings of sysfs by EAL's helper.
//
// file: drivers/bus/vmbus/linux/vmbus_bus.c
// expect: 1 #include "eal_sysfs.h"
// expect: 1 err = eal_sysfs_read_str(filename, mapname, sizeof(mapname));

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
expression path, buf, size, text;
@@
-if (get_sysfs_string(path, buf, size) < 0) {
-	VMBUS_LOG(ERR, text, path);
+err = eal_sysfs_read_str(path, buf, size);
+if (err < 0) {
+	VMBUS_LOG(ERR, "cannot read sysfs value %s: %s", path, strerror(-err));
	return -1;
 }

@declare@
@@
 rte_vmbus_map_device(...)
 {
 ...
+int err;
 int i;
 ... when any
 }
