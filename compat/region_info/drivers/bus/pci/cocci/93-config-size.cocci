// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Before 23.07, what is beyond the end of the configuration space was accessed:
// of a mediated device, that may be another region.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 2 if (!pci_vfio_config_has(vfio_dev_fd, offs, len))

@config_size@
identifier func =~ "^pci_vfio_(read|write)_config$";
identifier fd, len, offs;
@@
 func(..., size_t len, off_t offs)
 {
 ...
 if (fd < 0)
	return -1;
+
+if (!pci_vfio_config_has(fd, offs, len))
+	return -1;
 ...
 }
