// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Where the kernel driver of a device has pinned memory, a thread that unmaps some of it
// and one that does so too, or opens or closes a device of the container, wait for each
// other in the kernel, for ever. One may be that of the application, the other one EAL's
// that gives memory back.
//
// only-if: #include <rte_vfio.h>
// file: lib/eal/linux/eal_vfio.c
// expect: 4 pthread_mutex_lock(&vfio_unmap_mutex);
// expect: 4 pthread_mutex_unlock(&vfio_unmap_mutex);

@unmap@
expression ret, fd, unmap;
@@
 vfio_type1_dma_mem_map(...)
 {
 <...
+pthread_mutex_lock(&vfio_unmap_mutex);
 ret = ioctl(fd, VFIO_IOMMU_UNMAP_DMA, unmap);
+pthread_mutex_unlock(&vfio_unmap_mutex);
 ...>
 }

@open@
expression fd, group, name;
@@
 rte_vfio_setup_device(...)
 {
 <...
+pthread_mutex_lock(&vfio_unmap_mutex);
 fd = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, name);
+pthread_mutex_unlock(&vfio_unmap_mutex);
 ...>
 }

@close@
symbol ret;
expression fd;
statement S;
@@
 rte_vfio_release_device(...)
 {
 ...
 int ret;
 ...
-if (close(fd) < 0)
+pthread_mutex_lock(&vfio_unmap_mutex);
+ret = close(fd);
+pthread_mutex_unlock(&vfio_unmap_mutex);
+if (ret < 0)
	S
 ... when any
 }
