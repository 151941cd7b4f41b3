// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Let a filter of ports name a mediated device, as it can name a PCI function.
// In the syntax with layers, its bus gets the whole layer: it has other keys than
// the name, and without any key all of its devices match.
//
// file: lib/ethdev/rte_ethdev.c
// expect: 2 strcmp(iter->bus->name, "mdev") == 0

@mdev_key@
identifier iter;
@@
-strcmp(iter->bus->name, "vdev") == 0
+strcmp(iter->bus->name, "vdev") == 0 || strcmp(iter->bus->name, "mdev") == 0

@mdev_layer@
symbol iter, bus_str, devargs, ret, str_size;
identifier error;
@@
 if (ret != str_size - 1) {
 	ret = -EINVAL;
 	goto error;
 }
+if (devargs.bus_str != NULL && strcmp(iter->bus->name, "mdev") == 0) {
+	free(bus_str);
+	bus_str = strdup(devargs.bus_str);
+	if (bus_str == NULL) {
+		ret = -ENOMEM;
+		goto error;
+	}
+}
 iter->bus_str = bus_str;
