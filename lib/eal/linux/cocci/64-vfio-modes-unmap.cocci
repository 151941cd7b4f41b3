// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Where the kernel driver of a device has pinned memory, a thread that unmaps some of it
// and one that does so too, or opens or closes a device of the container, wait for each
// other in the kernel, for ever. One may be that of the application, the other one EAL's
// that gives memory back.
//
// only-if: vfio_type1_dma_mem_map(
// file: lib/eal/linux/eal_vfio_group.c
// expect: 3-4 pthread_mutex_lock(&vfio_unmap_mutex);
// expect: 3-4 pthread_mutex_unlock(&vfio_unmap_mutex);

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
 vfio_group_setup_device_fd(...)
 {
 <...
+pthread_mutex_lock(&vfio_unmap_mutex);
 fd = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, name);
+pthread_mutex_unlock(&vfio_unmap_mutex);
 ...>
 }
