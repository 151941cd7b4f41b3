// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// The link to the group of a device was split into 16 parts. That of a device far down
// has more of them, and what was left of it was taken for number 0: read what is behind
// the last slash.
//
// only-if: /iommu_group"
// file: lib/eal/linux/eal_vfio.c lib/eal/linux/eal_vfio_group.c
// expect: 1 group_tok = strrchr(filename, '/');

@last_part@
identifier func =~ "_get_(group_)?num$";
identifier link, filename, part, parts, ret;
expression size, max;
@@
 func(...)
 {
 ...
 ret = readlink(link, filename,
-size
+size - 1
 );
 ...
-ret = rte_strsplit(filename, size, parts, max, '/');
-if (ret <= 0)
+part = strrchr(filename, '/');
+if (part == NULL)
 { ... }
 ...
-part = parts[ret - 1];
+part++;
 ...
 }
