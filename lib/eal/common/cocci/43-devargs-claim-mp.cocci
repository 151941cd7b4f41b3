// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A device that another process asks for is claimed, too, from the first step to the
// last one: nobody attaches it while it is being detached elsewhere, nor the reverse.
//
// file: lib/eal/common/hotplug_mp.c
// expect: 1 #include "eal_devargs_list.h"
// expect: 1 ret = eal_devargs_claim_named(&claim, req->devargs);
// expect: 1 eal_devargs_unclaim(&claim);

@include@
@@
 #include "eal_private.h"
+#include "eal_devargs_list.h"

@unclaim@
@@
 __handle_secondary_request(...)
 {
 <+...
+eal_devargs_unclaim(&claim);
 ret = send_response_to_secondary(...);
 ...+>
 }

@claim@
identifier da, req;
@@
 __handle_secondary_request(...)
 {
 ... when any
 const struct eal_dev_mp_req *req = ...;
 ...
+struct eal_devargs_claim claim;
 int ret = 0;
 ...
 memset(&da, 0, sizeof(da));
+ret = eal_devargs_claim_named(&claim, req->devargs);
+if (ret != 0)
+	goto finish;
 ... when any
 }
