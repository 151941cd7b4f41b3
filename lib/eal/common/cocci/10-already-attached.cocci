// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Attaching a device that is attached fails with -EEXIST. The request that
// brings it to secondary processes, which may lack it, must not hide that,
// and it works on if they fail.
//
// file: lib/eal/common/eal_common_dev.c
// expect: 1 bool attached;
// expect: 1 attached = ret == -EEXIST;
// expect: 1 attached ? -EEXIST : 0
// expect: 1 if (!attached && local_dev_remove(dev) != 0)

@already_attached@
identifier ret, dev, devargs;
@@
 rte_dev_probe(const char *devargs)
 {
 ...
 struct rte_device *dev;
+bool attached;
 ...
 ret = local_dev_probe(devargs, &dev);
+attached = ret == -EEXIST;
 ...
-return 0;
+return attached ? -EEXIST : 0;
 ... when any
 }

@works_on@
identifier already_attached.dev;
statement warning;
@@
 rte_dev_probe(...)
 {
 <+...
-if (local_dev_remove(dev) != 0)
+if (!attached && local_dev_remove(dev) != 0)
	warning
 ...+>
 }
