// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Pages that were there before the container were mapped in one piece, but are
// unmapped one by one when EAL gives them back: map them as later releases do.
// Memory that is never given back may have more pages than there can be mappings.
//
// file: lib/eal/linux/eal_vfio.c
// expect: 1 if (vfio_maps_contiguous())
// expect: 1 if (!msl->external && vfio_maps_contiguous())

@whole@
statement list S;
@@
 vfio_type1_dma_map(...)
 {
-if (rte_eal_iova_mode() == RTE_IOVA_VA) {
+if (vfio_maps_contiguous()) {
 S
 }
 ...
 }

@pages@
identifier msl;
@@
 type1_map(const struct rte_memseg_list *msl, ...)
 {
 ...
-if (!msl->external && rte_eal_iova_mode() == RTE_IOVA_VA)
+if (!msl->external && vfio_maps_contiguous())
	return 0;
 ...
 }
