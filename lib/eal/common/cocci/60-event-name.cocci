// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A callback may be registered for any name of a device that its bus takes. The bus is
// asked without the lock, while the entry is marked as during its callback, and more than
// one thread may do so.
//
// file: lib/eal/common/eal_common_dev.c
// expect: 1 cb_lst->active++;
// expect: 1 cb_lst->active--;
// expect: 1 if (cb_lst->dev_name == NULL || names_device(cb_lst->dev_name, device_name))

@@
identifier cb, func, device_name, event;
expression lock;
statement S;
@@
 rte_dev_event_callback_process(const char *device_name, enum rte_dev_event_type event)
 {
 <+...
-if (cb->dev_name) S
-cb->active = 1;
+cb->active++;
 rte_spinlock_unlock(lock);
-cb->func(device_name, event, cb->cb_arg);
+if (cb->dev_name == NULL || names_device(cb->dev_name, device_name))
+	cb->func(device_name, event, cb->cb_arg);
 rte_spinlock_lock(lock);
-cb->active = 0;
+cb->active--;
 ...+>
 }
