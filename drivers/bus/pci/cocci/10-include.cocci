// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Declare what the plug-in for mediated devices provides.
//
// file: drivers/bus/pci/linux/pci.c drivers/bus/pci/linux/pci_vfio.c
// expect: 1 #include "pci_mdev.h"

@include@
@@
 #include "pci_init.h"
+#include "pci_mdev.h"
