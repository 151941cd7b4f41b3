// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// The list of areas of a BAR is in memory that all processes share. A secondary
// process that released its device freed the list of the primary process. And that
// of a BAR which could not be mapped was never freed.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// only-if: maps[i].areas
// expect: 1 if (maps[i].nr_areas > 0 && rte_eal_process_type() == RTE_PROC_PRIMARY)
// expect: 1 rte_free(vfio_res->maps[i].areas);

@shared_areas@
identifier list, dev, addr, i;
expression map;
@@
 find_and_unmap_vfio_resource(struct mapped_pci_res_list *list, struct rte_pci_device *dev, const char *addr)
 {
 <+...
-if (map[i].nr_areas > 0)
+if (map[i].nr_areas > 0 && rte_eal_process_type() == RTE_PROC_PRIMARY)
 	rte_free(map[i].areas);
 ...+>
 }

@areas_of_failed_bar@
identifier dev, ret, fd, res, i;
@@
 pci_vfio_map_resource_primary(struct rte_pci_device *dev)
 {
 <+...
 ret = pci_vfio_sparse_mmap_bar(fd, res, i, 0);
 if (ret < 0) {
+	rte_free(res->maps[i].areas);
	...
 }
 ...+>
 }
