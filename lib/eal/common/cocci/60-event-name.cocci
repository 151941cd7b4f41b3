// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A callback may be registered for any name of a device that its bus takes.
//
// file: lib/eal/common/eal_common_dev.c
// expect: 1 !names_device(cb_lst->dev_name, device_name)

@@
identifier cb, device_name;
@@
 rte_dev_event_callback_process(const char *device_name, ...)
 {
 <+...
-strcmp(cb->dev_name, device_name)
+!names_device(cb->dev_name, device_name)
 ...+>
 }
