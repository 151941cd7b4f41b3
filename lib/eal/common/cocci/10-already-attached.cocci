// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Attaching a device that is attached fails with -EEXIST, or its driver takes the new
// arguments. The request that brings it to secondary processes, which may lack it, must
// not hide that, and it works on if they fail. A driver, too, may fail with -EEXIST.
//
// file: lib/eal/common/eal_common_dev.c
// expect: 1 bool *attached)
// expect: 1 *attached = rte_dev_is_probed(dev);
// expect: 1 local = local_dev_probe(devargs, &dev, &attached);
// expect: 1 if (ret != -EEXIST || !attached)
// expect: 1 return local;
// expect: 1 req.result = attached ? -EEXIST : 0;
// expect: 1 if (!attached && local_dev_remove(dev) != 0)

@tell@
identifier devargs, new_dev, da, dev;
expression list found;
statement S;
@@
 local_dev_probe(const char *devargs, struct rte_device **new_dev
+		 , bool *attached
 )
 {
 ...
 *new_dev = NULL;
+	*attached = false;
 ...
 dev = da->bus->find_device(found);
 if (dev == NULL) S
+	*attached = rte_dev_is_probed(dev);
 ... when any
 }

@already_attached@
identifier ret, dev, devargs;
@@
 rte_dev_probe(const char *devargs)
 {
 ...
 struct rte_device *dev;
+bool attached;
+int local;
 ...
-ret = local_dev_probe(devargs, &dev);
+local = local_dev_probe(devargs, &dev, &attached);
+ret = local;
 ...
-return 0;
+return local;
 ... when any
 }

@failed@
identifier ret;
@@
 rte_dev_probe(...)
 {
 <+...
-if (ret != -EEXIST)
+if (ret != -EEXIST || !attached)
	return ret;
 ...+>
 }

@works_on@
identifier already_attached.dev, req;
statement warning;
@@
 rte_dev_probe(...)
 {
 <+...
 req.t = EAL_DEV_REQ_TYPE_ATTACH_ROLLBACK;
+req.result = attached ? -EEXIST : 0;
 ...
-if (local_dev_remove(dev) != 0)
+if (!attached && local_dev_remove(dev) != 0)
	warning
 ...+>
 }
