// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// The same for the name of a device to remove: it may be spelled as it was when the
// device was attached.
//
// file: lib/eal/common/eal_common_dev.c
// expect: 1 rte_devargs_parsef(&da, "%s:%s", busname, devname)

@@
identifier busname, devname, dev, bus;
statement S;
expression list other;
@@
 rte_eal_hotplug_remove(const char *busname, const char *devname)
 {
+struct rte_devargs da;
 struct rte_device *dev;
 struct rte_bus *bus;
 ...
 dev = bus->find_device(other, devname);
+if (dev == NULL && rte_devargs_parsef(&da, "%s:%s", busname, devname) == 0) {
+	dev = bus->find_device(other, da.name);
+	rte_devargs_reset(&da);
+}
 if (dev == NULL) S
 ...
 }
