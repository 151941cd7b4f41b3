// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A process that enables VFIO after EAL was initialized gives it the memory itself, and
// once more if that failed: what was done stays, and is not done again. And if VFIO
// cannot be enabled, nothing of it stays.
//
// only-if: #include <dev_vfio.h>
// file: lib/eal/linux/eal_vfio.c
// expect: 1 if (cfg->dma_setup_done)
// expect: 1 if (cfg->cdev_cfg.ioas_id == 0 && vfio_cdev_setup_ioas(cfg) < 0)
// expect: 1 if (vfio_init_dma_mem(cfg) < 0)

@init@
@@
 dev_vfio_init_mem(void)
 {
 ...
 if (rte_eal_process_type() != RTE_PROC_PRIMARY)
	return 0;
+
+vfio_begin();
+if (cfg->dma_setup_done)
+	return 0;
 ... when any
 }

@memory@
identifier cfg;
@@
 dev_vfio_init_mem(void)
 {
 <+...
-if (vfio_cdev_setup_ioas(cfg) < 0)
+if (cfg->cdev_cfg.ioas_id == 0 && vfio_cdev_setup_ioas(cfg) < 0)
	return -1;
-if (vfio_setup_dma_mem(cfg) < 0)
-	return -1;
-if (vfio_register_mem_event_callback() < 0)
+if (vfio_init_dma_mem(cfg) < 0)
	return -1;
 ...+>
 }

@end@
expression ret;
@@
 dev_vfio_init_mem(void)
 {
 ...
 vfio_begin();
 <...
-return ret;
+return vfio_end(ret);
 ...>
 }

@nothing@
identifier none;
@@
 vfio_select_mode(void)
 {
 <+...
 if (vfio_mp_sync_setup() < 0)
-	return none;
+	goto err;
 ...+>
 }
