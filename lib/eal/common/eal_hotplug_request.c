/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <assert.h>
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>
#include <rte_spinlock.h>
#include <rte_string_fns.h>

#include "eal_filesystem.h"
#include "eal_hotplug_request.h"
#include "eal_private.h"

static_assert(sizeof(struct eal_dev_mp_req) <= RTE_MP_MAX_PARAM_LEN,
	      "a hotplug request does not fit into a message");

/*
 * How long to wait, after the answer to an earlier request, for the one to the latest
 * request: as nobody expects it, it is dropped, and the next request gets its own.
 */
#define LATE_US 500000

/*
 * Threads get their turns in the order in which they came: the thread that serves
 * other processes has to answer them in time.
 */
static pthread_mutex_t turn_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn_changed = PTHREAD_COND_INITIALIZER;
static unsigned int turns_taken;
static unsigned int turn;

/*
 * The latest requests of the primary process, with their results. As many are enough
 * as it has threads which attach or detach devices at the same time.
 */
static struct eal_dev_mp_req noted[16];
static unsigned int oldest;
static rte_spinlock_t noted_lock = RTE_SPINLOCK_INITIALIZER;

static void
begin_turn(void)
{
	unsigned int own;

	pthread_mutex_lock(&turn_mutex);
	own = turns_taken++;
	while (turn != own)
		pthread_cond_wait(&turn_changed, &turn_mutex);
	pthread_mutex_unlock(&turn_mutex);
}

static void
end_turn(void)
{
	pthread_mutex_lock(&turn_mutex);
	turn++;
	pthread_cond_broadcast(&turn_changed);
	pthread_mutex_unlock(&turn_mutex);
}

void
eal_hotplug_begin(struct eal_dev_mp_req *req)
{
	if (req->begun == 0)
		req->begun = rte_get_tsc_cycles();
}

/* The socket of a process that was killed is there, but refuses. */
static bool
is_alive(int fd, const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	strlcpy(addr.sun_path, path, sizeof(addr.sun_path));

	return connect(fd, (const struct sockaddr *)&addr, sizeof(addr)) == 0 ||
		errno != ECONNREFUSED;
}

/* Those of secondary processes have the path of the primary's with something behind it. */
static bool
has_secondaries(void)
{
	char pattern[PATH_MAX];
	bool any = false;
	glob_t found;
	size_t i;
	int fd;

	snprintf(pattern, sizeof(pattern), "%s_*", eal_mp_socket_path());
	if (glob(pattern, GLOB_NOSORT, NULL, &found) != 0)
		return false;

	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	for (i = 0; i < found.gl_pathc && !any; i++)
		any = is_alive(fd, found.gl_pathv[i]);
	if (fd >= 0)
		close(fd);
	globfree(&found);

	return any;
}

int
eal_hotplug_set_devargs(struct eal_dev_mp_req *req, const char *devargs)
{
	if (strlcpy(req->devargs, devargs, sizeof(req->devargs)) < sizeof(req->devargs))
		return 0;

	/* one that starts meanwhile finds no name */
	req->devargs[0] = '\0';
	if (rte_eal_process_type() == RTE_PROC_PRIMARY && !has_secondaries())
		return 0;

	EAL_LOG(ERR, "The device arguments are longer than the %zu characters that other processes can be told: %s",
		sizeof(req->devargs) - 1, devargs);

	return -E2BIG;
}

/* The primary process answers with the kind of what it asked last, others with their own. */
static bool
is_answer(const struct eal_dev_mp_req *req, const struct eal_dev_mp_req *resp)
{
	return resp->begun == req->begun &&
		(resp->t == req->t || rte_eal_process_type() != RTE_PROC_PRIMARY);
}

static bool
is_answered(const struct rte_mp_msg *req, const struct rte_mp_reply *reply)
{
	int i;

	for (i = 0; i < reply->nb_received; i++) {
		if (!is_answer((const void *)req->param, (const void *)reply->msgs[i].param))
			return false;
	}

	return true;
}

int
eal_hotplug_request(struct rte_mp_msg *req, struct rte_mp_reply *reply,
		    const struct timespec *ts)
{
	bool late;
	int ret;

	begin_turn();
	ret = rte_mp_request_sync(req, reply, ts);
	late = ret == 0 && !is_answered(req, reply);
	if (late)
		rte_delay_us_sleep(LATE_US);
	end_turn();

	if (late) {
		EAL_LOG(ERR, "A process has answered an earlier hotplug request too late, try again");
		free(reply->msgs);
		rte_errno = ETIME;
		ret = -1;
	}

	return ret;
}

static struct eal_dev_mp_req *
find_noted(enum eal_dev_req_type type, uint64_t begun)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(noted); i++) {
		if (noted[i].t == type && noted[i].begun == begun)
			return &noted[i];
	}

	return NULL;
}

void
eal_hotplug_note(const struct eal_dev_mp_req *resp)
{
	if (resp->t != EAL_DEV_REQ_TYPE_ATTACH && resp->t != EAL_DEV_REQ_TYPE_DETACH)
		return;

	rte_spinlock_lock(&noted_lock);
	noted[oldest] = *resp;
	oldest = (oldest + 1) % RTE_DIM(noted);
	rte_spinlock_unlock(&noted_lock);
}

/* Tell whether an operation has detached its device here, and forget it. */
static bool
take_detached(uint64_t begun)
{
	struct eal_dev_mp_req *entry;
	bool done;

	rte_spinlock_lock(&noted_lock);
	entry = find_noted(EAL_DEV_REQ_TYPE_DETACH, begun);
	done = entry != NULL && entry->result == 0;
	if (entry != NULL)
		entry->begun = 0;
	rte_spinlock_unlock(&noted_lock);

	return done;
}

bool
eal_hotplug_concerns(const struct eal_dev_mp_req *req)
{
	switch (req->t) {
	case EAL_DEV_REQ_TYPE_ATTACH_ROLLBACK:
		return req->result != -EEXIST;
	case EAL_DEV_REQ_TYPE_DETACH_ROLLBACK:
		return take_detached(req->begun);
	default:
		return true;
	}
}

int
eal_hotplug_own_result(const struct eal_dev_mp_req *resp)
{
	const struct eal_dev_mp_req *entry;
	int ret = resp->result;

	if (ret != 0 || resp->t != EAL_DEV_REQ_TYPE_ATTACH)
		return ret;

	rte_spinlock_lock(&noted_lock);
	entry = find_noted(resp->t, resp->begun);
	if (entry != NULL)
		ret = entry->result;
	rte_spinlock_unlock(&noted_lock);

	return ret;
}
