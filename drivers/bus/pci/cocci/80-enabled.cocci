// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A device that VFIO serves has its kernel driver loaded, be it vfio-pci or another
// one: ask for VFIO alone.
//
// only-if: #include <dev_vfio.h>
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1-2 dev_vfio_module_is_loaded(DEV_VFIO_MODULE_VFIO)

@enabled@
@@
 pci_vfio_is_enabled(void)
 {
 <+...
 dev_vfio_module_is_loaded(
-	DEV_VFIO_MODULE_VFIO_PCI
+	DEV_VFIO_MODULE_VFIO
 )
 ...+>
 }
