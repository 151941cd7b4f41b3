// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Threads may ask whether a device is probed while another one attaches or detaches it.
//
// only-if: dev->driver = drv;
// file: lib/eal/common/eal_common_dev.c lib/eal/common/eal_common_bus.c
// expect: 1 eal_dev_set_driver(dev, drv);
// expect: 1-2 eal_dev_set_driver(dev, NULL);

@@
identifier dev;
expression drv;
@@
-dev->driver = drv;
+eal_dev_set_driver(dev, drv);
