// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Let several threads use the list of device arguments at the same time.
//
// file: lib/eal/common/eal_common_devargs.c
// expect: 1 #include "eal_devargs_list.h"
// expect: 4 eal_devargs_lock();
// expect: 7 eal_devargs_unlock();
// expect: 1 eal_devargs_replace(listed_da, *da);
// expect: 1 eal_devargs_retire(d);
// expect: 2 eal_devargs_hold();
// expect: 2 eal_devargs_release();
// expect: 2 RTE_EAL_DEVARGS_FOREACH(NULL, devargs)

@include@
@@
 #include "eal_private.h"
+#include "eal_devargs_list.h"

@insert@
iterator name RTE_TAILQ_FOREACH_SAFE;
identifier da, listed_da, tmp;
symbol devargs_list, next;
@@
 rte_devargs_insert(struct rte_devargs **da)
 {
 ...
+eal_devargs_lock();
 RTE_TAILQ_FOREACH_SAFE(listed_da, &devargs_list, next, tmp) {
 ...
 }
 TAILQ_INSERT_TAIL(...);
+eal_devargs_unlock();
 return 0;
 }

@listed@
iterator name RTE_TAILQ_FOREACH_SAFE;
identifier insert.listed_da, insert.tmp;
symbol devargs_list, next;
@@
 rte_devargs_insert(...)
 {
 ...
 RTE_TAILQ_FOREACH_SAFE(listed_da, &devargs_list, next, tmp) {
 <...
+eal_devargs_unlock();
 return 0;
 ...>
 }
 ...
 }

@replace@
identifier da, listed_da;
@@
-(*da)->next = listed_da->next;
-rte_devargs_reset(listed_da);
- *listed_da = **da;
-free(*da);
+eal_devargs_replace(listed_da, *da);
 *da = listed_da;

@add@
expression devargs;
@@
 rte_devargs_add(...)
 {
 ... when any
+eal_devargs_lock();
 TAILQ_INSERT_TAIL(&devargs_list, devargs, next);
+eal_devargs_unlock();
 return 0;
 ... when any
 }

@remove@
iterator name RTE_TAILQ_FOREACH_SAFE;
identifier d, tmp;
symbol devargs_list, next;
@@
 rte_devargs_remove(...)
 {
 ...
+eal_devargs_lock();
 RTE_TAILQ_FOREACH_SAFE(d, &devargs_list, next, tmp) {
 ...
 }
+eal_devargs_unlock();
 return 1;
 }

@retire@
expression d;
symbol devargs_list, next;
@@
 TAILQ_REMOVE(&devargs_list, d, next);
-rte_devargs_reset(d);
-free(d);
+eal_devargs_retire(d);
+eal_devargs_unlock();
 return 0;

@walk@
iterator name TAILQ_FOREACH;
identifier func =~ "^rte_devargs_(type_count|dump)$";
identifier devargs;
symbol devargs_list, next;
statement S;
@@
 func(...)
 {
 ...
+eal_devargs_hold();
 TAILQ_FOREACH(devargs, &devargs_list, next)
 S
+eal_devargs_release();
 ...
 }

@steps@
iterator name TAILQ_FOREACH, RTE_EAL_DEVARGS_FOREACH;
identifier walk.func, devargs;
symbol devargs_list, next;
statement S;
@@
 func(...)
 {
 ...
-TAILQ_FOREACH(devargs, &devargs_list, next)
+RTE_EAL_DEVARGS_FOREACH(NULL, devargs)
 S
 ...
 }

@step@
identifier da;
@@
 rte_devargs_next(...)
 {
 struct rte_devargs *da;
+
+eal_devargs_lock();
 ...
-return NULL;
+eal_devargs_unlock();
+return da;
 }

@found@
expression da;
@@
 rte_devargs_next(...)
 {
 <...
 while (...) {
 <...
-return da;
+break;
 ...>
 }
 ...>
 }
