// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// When a device cannot be opened, because it is being removed or there are too
// many open files, its group was given up. The callback for memory events stayed
// registered, so that no device could be set up any more, as it could not be
// registered again: unregister it with the last group. And a group of which
// another device is open was closed as well: keep it.
//
// file: lib/eal/linux/eal_vfio.c
// expect: 1 if (vfio_cfg == default_vfio_cfg && vfio_cfg->vfio_active_groups == 0)
// expect: 5-14 if (vfio_group_device_count(vfio_group_fd) == 0) {

@@
identifier fd, vfio_cfg;
@@
 rte_vfio_clear_group(int fd)
 {
 ...
 vfio_cfg->vfio_active_groups--;
+if (vfio_cfg == default_vfio_cfg && vfio_cfg->vfio_active_groups == 0)
+	rte_mem_event_callback_unregister(VFIO_MEM_EVENT_CLB_NAME, NULL);
 ...
 }

@@
symbol vfio_group_fd;
@@
 rte_vfio_setup_device(...)
 {
 <...
-close(vfio_group_fd);
-rte_vfio_clear_group(vfio_group_fd);
+if (vfio_group_device_count(vfio_group_fd) == 0) {
+	close(vfio_group_fd);
+	rte_vfio_clear_group(vfio_group_fd);
+}
 ...>
 }

@remapped@
symbol vfio_group_fd;
expression user_mem_maps;
@@
 rte_vfio_setup_device(...)
 {
 <...
 rte_spinlock_recursive_unlock(&user_mem_maps->lock);
 rte_mcfg_mem_read_unlock();
+if (vfio_group_device_count(vfio_group_fd) == 0) {
+	close(vfio_group_fd);
+	rte_vfio_clear_group(vfio_group_fd);
+}
 return -1;
 ...>
 }

@registered@
symbol vfio_group_fd, rte_errno;
identifier ret;
statement S;
@@
 rte_vfio_setup_device(...)
 {
 <...
 if (ret && rte_errno != ENOTSUP) {
	S
+	if (vfio_group_device_count(vfio_group_fd) == 0) {
+		close(vfio_group_fd);
+		rte_vfio_clear_group(vfio_group_fd);
+	}
	return -1;
 }
 ...>
 }
