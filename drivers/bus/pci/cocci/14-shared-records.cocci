// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// What is mapped of each device is in a list of records that all processes share.
// A secondary process that failed to map a BAR changed the record, and those after
// it then mapped something else: let it map by a copy. And one that walked the list
// while the primary process changed it could follow what was freed: lock the list.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 #include <rte_eal_memconfig.h>
// expect: 1 own_res = *vfio_res;
// expect: 2-3 rte_mcfg_tailq_read_unlock();
// expect: 2 rte_mcfg_tailq_write_unlock();

@include@
@@
 #include <rte_eal.h>
+#include <rte_eal_memconfig.h>

@copy@
iterator name TAILQ_FOREACH;
identifier dev, res, list, next;
statement S;
@@
 pci_vfio_map_resource_secondary(struct rte_pci_device *dev)
 {
 ...
 struct mapped_pci_resource *res = NULL;
+struct mapped_pci_resource own_res;
 ...
+rte_mcfg_tailq_read_lock();
 TAILQ_FOREACH(res, list, next) S
+if (res != NULL)
+	own_res = *res;
+rte_mcfg_tailq_read_unlock();
 ...
 if (res == NULL) { ... }
+res = &own_res;
 ...
 }

@find@
iterator name TAILQ_FOREACH;
identifier list, dev, addr, res, next;
statement S;
@@
 find_and_unmap_vfio_resource(struct mapped_pci_res_list *list, struct rte_pci_device *dev, const char *addr)
 {
 ...
+rte_mcfg_tailq_read_lock();
 TAILQ_FOREACH(res, list, next) S
+rte_mcfg_tailq_read_unlock();
 ...
 }

@change@
identifier change =~ "^TAILQ_(INSERT_TAIL|REMOVE)$";
identifier list, res, next;
@@
+rte_mcfg_tailq_write_lock();
 change(list, res, next);
+rte_mcfg_tailq_write_unlock();
