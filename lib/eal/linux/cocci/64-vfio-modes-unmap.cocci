// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Where the kernel driver of a device has pinned memory, two threads that unmap some of
// it at the same time wait for each other in the kernel, for ever. One may be that of
// the application, the other one EAL's that gives memory back.
//
// only-if: vfio_type1_dma_mem_map(
// file: lib/eal/linux/eal_vfio_group.c
// expect: 1 pthread_mutex_lock(&vfio_unmap_mutex);
// expect: 1 pthread_mutex_unlock(&vfio_unmap_mutex);

@@
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
