/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef EAL_HOTPLUG_REQUEST_H
#define EAL_HOTPLUG_REQUEST_H

/**
 * @file
 * What processes know of the hotplug requests that they exchange.
 *
 * When a device cannot be attached or detached in all processes, the primary
 * process asks the secondary processes to undo it. A device that it gives up, for this or
 * because it shall be detached, is detached everywhere: who starts meanwhile may have
 * found it on its own. One that it keeps is kept wherever it is. And only who detached
 * a device attaches it again.
 *
 * All messages of one operation, in whatever process it begins, carry the time of its
 * beginning, which tells them from those of others.
 */

#include <stdbool.h>
#include <time.h>

#include <rte_eal.h>

#include "hotplug_mp.h"

/**
 * Begin an operation with its first message.
 *
 * @param req
 *   The message; nothing is done if it is another one of the same operation.
 */
void eal_hotplug_begin(struct eal_dev_mp_req *req);

/**
 * Put device arguments into a message. What does not fit is an error where there may be
 * another process, with a message that says so.
 *
 * @param req
 *   The message.
 * @param devargs
 *   The device arguments.
 * @return
 *   0 on success, -E2BIG if they are too long.
 */
int eal_hotplug_set_devargs(struct eal_dev_mp_req *req, const char *devargs);

/**
 * Send a request to other processes and wait for the answers, after those of threads
 * that came before: a process takes one request of a kind at a time.
 *
 * The next thread has its turn when the answers are there or time is up. What answers
 * an earlier request that took too long is no answer; then, the turn lasts until those
 * to this request should have come, too.
 *
 * @param req
 *   The request.
 * @param reply
 *   Filled with the answers; on success, its messages are the caller's to free.
 * @param ts
 *   How long to wait for the answers.
 * @return
 *   As rte_mp_request_sync(), with rte_errno set.
 */
int eal_hotplug_request(struct rte_mp_msg *req, struct rte_mp_reply *reply,
			const struct timespec *ts);

/**
 * Note the result of a request of the primary process.
 *
 * @param resp
 *   The request with its result.
 */
void eal_hotplug_note(const struct eal_dev_mp_req *resp);

/**
 * Tell whether a request of the primary process concerns this process: one to undo
 * an attachment does unless its result is -EEXIST, as the primary process has the device
 * anyway; one to undo a detachment does only if that was done here, and only once.
 *
 * @param req
 *   The request.
 * @return
 *   true if there is something to do.
 */
bool eal_hotplug_concerns(const struct eal_dev_mp_req *req);

/**
 * Get the result of an own request, which the primary process brought to all.
 *
 * @param resp
 *   The answer of the primary process.
 * @return
 *   The result in the answer, but -EEXIST if this process had the device before.
 */
int eal_hotplug_own_result(const struct eal_dev_mp_req *resp);

#endif /* EAL_HOTPLUG_REQUEST_H */
