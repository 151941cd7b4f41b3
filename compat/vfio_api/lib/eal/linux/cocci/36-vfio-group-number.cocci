// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// What does not begin with a digit was taken for the number of group 0.
//
// file: lib/eal/linux/eal_vfio.c
// expect: 1 (end == group_tok || *end != '\0')

@@
identifier part, end;
@@
 rte_vfio_get_group_num(...)
 {
 <...
-(end != part && *end != '\0')
+(end == part || *end != '\0')
 ...>
 }
