/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef EAL_CONTROL_THREAD_H
#define EAL_CONTROL_THREAD_H

/**
 * @file
 * Before 23.07, EAL created its control threads as POSIX threads only.
 */

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_eal.h>
#include <rte_lcore.h>
#include <rte_thread.h>

/* Allocated by the creator of the thread, freed by the thread. */
struct eal_control_thread {
	rte_thread_func func;
	void *arg;
};

static inline void *
eal_control_thread_start(void *arg)
{
	struct eal_control_thread thread = *(struct eal_control_thread *)arg;

	free(arg);

	return (void *)(uintptr_t)thread.func(thread.arg);
}

static inline int
rte_thread_create_internal_control(rte_thread_t *id, const char *name, rte_thread_func func,
				   void *arg)
{
	char prefixed_name[RTE_MAX_THREAD_NAME_LEN];
	struct eal_control_thread *thread;
	pthread_t pthread;
	int ret;

	thread = malloc(sizeof(*thread));
	if (thread == NULL)
		return -ENOMEM;
	thread->func = func;
	thread->arg = arg;

	snprintf(prefixed_name, sizeof(prefixed_name), "rte-%s", name);
	ret = rte_ctrl_thread_create(&pthread, prefixed_name, NULL, eal_control_thread_start,
				     thread);
	if (ret != 0) {
		free(thread);
		return ret;
	}
	id->opaque_id = (uintptr_t)pthread;

	return 0;
}

#endif /* EAL_CONTROL_THREAD_H */
