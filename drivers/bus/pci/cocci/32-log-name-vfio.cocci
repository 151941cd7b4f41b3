// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// The same in messages of VFIO that tell the name of the PCI device: it is the address.
//
// only-if: maps[i].areas
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 2 dev->device.name, errno

@@
identifier log, dev;
expression list before;
symbol errno;
@@
 log(before,
-	dev->name
+	dev->device.name
 , errno, strerror(errno))
