/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/queue.h>

#include <rte_common.h>
#include <rte_thread.h>

#include "eal_devargs_list.h"
#include "eal_hotplug_thread.h"

/* Allocated by who gives it to the thread, freed by the thread when it is done. */
struct hotplug_job {
	STAILQ_ENTRY(hotplug_job) next;
	void (*func)(void *arg);
	void *arg;
};

/* Protects what follows, for moments: no job is done under it. */
static pthread_mutex_t hotplug_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t hotplug_changed = PTHREAD_COND_INITIALIZER;
static STAILQ_HEAD(, hotplug_job) hotplug_jobs = STAILQ_HEAD_INITIALIZER(hotplug_jobs);
static rte_thread_t hotplug_thread;
static bool hotplug_created;
static bool hotplug_started;
static bool hotplug_ended;

/* At start-up, the main thread probes devices, or is not even ready for it. */
static bool
hotplug_has_job(void)
{
	return hotplug_started && !STAILQ_EMPTY(&hotplug_jobs);
}

/* Wait for the next job; returns NULL after the last one. */
static struct hotplug_job *
hotplug_next_job(void)
{
	struct hotplug_job *job;

	pthread_mutex_lock(&hotplug_mutex);
	while (!hotplug_has_job() && !hotplug_ended)
		pthread_cond_wait(&hotplug_changed, &hotplug_mutex);
	job = STAILQ_FIRST(&hotplug_jobs);
	if (job != NULL)
		STAILQ_REMOVE_HEAD(&hotplug_jobs, next);
	pthread_mutex_unlock(&hotplug_mutex);

	return job;
}

static uint32_t
hotplug_do_jobs(void *arg __rte_unused)
{
	struct hotplug_job *job;

	while ((job = hotplug_next_job()) != NULL) {
		/* for the drivers that it calls, and the buses that scan */
		eal_devargs_hold();
		job->func(job->arg);
		eal_devargs_release();
		free(job);
	}

	return 0;
}

/* Append a job, unless it is too late. */
static int
hotplug_append(struct hotplug_job *job)
{
	int ret;

	if (hotplug_ended)
		return -ESHUTDOWN;

	if (!hotplug_created) {
		ret = rte_thread_create_internal_control(&hotplug_thread, "hotplug",
							 hotplug_do_jobs, NULL);
		if (ret != 0)
			return ret;
		hotplug_created = true;
	}

	STAILQ_INSERT_TAIL(&hotplug_jobs, job, next);
	pthread_cond_signal(&hotplug_changed);

	return 0;
}

int
eal_hotplug_thread_run(void (*func)(void *arg), void *arg)
{
	struct hotplug_job *job;
	int ret;

	job = malloc(sizeof(*job));
	if (job == NULL)
		return -ENOMEM;
	job->func = func;
	job->arg = arg;

	pthread_mutex_lock(&hotplug_mutex);
	ret = hotplug_append(job);
	pthread_mutex_unlock(&hotplug_mutex);
	if (ret != 0)
		free(job);

	return ret;
}

void
eal_hotplug_thread_start(void)
{
	pthread_mutex_lock(&hotplug_mutex);
	hotplug_started = true;
	pthread_cond_signal(&hotplug_changed);
	pthread_mutex_unlock(&hotplug_mutex);
}

void
eal_hotplug_thread_end(void)
{
	bool created;

	pthread_mutex_lock(&hotplug_mutex);
	created = hotplug_created;
	hotplug_created = false;
	hotplug_ended = true;
	pthread_cond_signal(&hotplug_changed);
	pthread_mutex_unlock(&hotplug_mutex);

	if (created)
		rte_thread_join(hotplug_thread, NULL);
}
