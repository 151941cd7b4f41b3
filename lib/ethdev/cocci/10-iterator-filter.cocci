// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Make filters for every bus and for the class of a string that names ports: the bus
// gets its layer, or the name under the key that all buses but PCI have for it, and
// the class gets its layer too.
//
// file: lib/ethdev/rte_ethdev.c
// expect: 1 cls_str = eth_iterator_class_filter(&devargs);
// expect: 1 bus_str = eth_iterator_bus_filter(&devargs);

@class_filter@
identifier devargs, ret, cls_str, size;
expression spec;
@@
 rte_eth_iterator_init(...)
 {
 <+...
-size = strlen(devargs.args) + 2;
-cls_str = malloc(size);
+cls_str = eth_iterator_class_filter(&devargs);
 if (cls_str == NULL) { ... }
-ret = snprintf(cls_str, size, spec, devargs.args);
-if (ret != size - 1) { ... }
 ...+>
 }

@bus_filter@
identifier devargs, ret, bus_str, key, size;
expression other;
@@
 rte_eth_iterator_init(...)
 {
 <+...
-if (other) {
-	key = "name";
-} else if (strcmp(iter->bus->name, "pci") == 0) {
-	key = "addr";
-} else { ... }
-size = strlen(key) + strlen(devargs.name) + 2;
-bus_str = malloc(size);
+bus_str = eth_iterator_bus_filter(&devargs);
 if (bus_str == NULL) { ... }
-ret = snprintf(bus_str, size, "%s=%s", key, devargs.name);
-if (ret != size - 1) { ... }
 ...+>
 }

@unused_key@
identifier bus_filter.key;
@@
-const char *key;

@unused_size@
identifier bus_filter.size;
@@
-int size;
