/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_dev.h>
#include <rte_ethdev.h>
#include <rte_flow.h>
#include <rte_interrupts.h>
#include <rte_mbuf.h>

#include "test.h"
#include "test_mdev_nic.h"

/*
 * The driver for queues of a port of the kernel. The environment names a device of API
 * netmdev, which must have two queues or more, and the interface at the other end of the
 * link of its port: frames are sent from there, and received there.
 */

#define DEVICE "NETMDEV_DEVICE"
#define PEER "NETMDEV_PEER"

#define VLAN 5

static struct rte_mempool *pool;
static uint16_t port;

static int
start_port(uint64_t rx_offloads)
{
	const struct rte_eth_conf conf = {
		.rxmode.offloads = rx_offloads,
		.intr_conf.rxq = 1,
	};

	TEST_ASSERT_SUCCESS(rte_eth_dev_configure(port, 1, 1, &conf), "cannot configure");
	TEST_ASSERT_SUCCESS(rte_eth_rx_queue_setup(port, 0, MDEV_NIC_RING_SIZE, SOCKET_ID_ANY,
						   NULL, pool), "no Rx queue");
	TEST_ASSERT_SUCCESS(rte_eth_tx_queue_setup(port, 0, MDEV_NIC_RING_SIZE, SOCKET_ID_ANY,
						   NULL), "no Tx queue");
	TEST_ASSERT_SUCCESS(rte_eth_dev_start(port), "cannot start");

	return 0;
}

/* What comes from the tests comes to the port. */
static int
make_rule(void)
{
	const struct rte_flow_attr attr = { .ingress = 1 };
	const struct rte_flow_item_eth eth = {
		.hdr.ether_type = RTE_BE16(MDEV_NIC_ETHER_TYPE),
	};
	const struct rte_flow_item_eth mask = { .hdr.ether_type = RTE_BE16(0xffff) };
	const struct rte_flow_item pattern[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_ETH, .spec = &eth, .mask = &mask },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};
	const struct rte_flow_action_queue queue = { .index = 0 };
	const struct rte_flow_action_mark mark = { .id = 42 };
	const struct rte_flow_action actions[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_MARK, .conf = &mark },
		{ .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &queue },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct rte_flow_error error;

	TEST_ASSERT_NOT_NULL(rte_flow_create(port, &attr, pattern, actions, &error),
			     "no rule: %s", error.message);

	return 0;
}

static int
attach_port(void)
{
	TEST_ASSERT_SUCCESS(rte_dev_probe(getenv(DEVICE)), "cannot attach");
	TEST_ASSERT_SUCCESS(rte_eth_dev_get_port_by_name(getenv(DEVICE), &port), "no port");
	TEST_ASSERT_SUCCESS(start_port(0), "no start");

	return make_rule();
}

static void
detach_port(void)
{
	struct rte_eth_dev_info info;

	if (rte_eth_dev_is_valid_port(port) && rte_eth_dev_info_get(port, &info) == 0)
		rte_dev_remove(info.device);
}

static int
start_anew(uint64_t rx_offloads)
{
	TEST_ASSERT_SUCCESS(rte_eth_dev_stop(port), "cannot stop");

	return start_port(rx_offloads);
}

static uint64_t
count_of(const char *name)
{
	uint64_t id, value;

	if (rte_eth_xstats_get_id_by_name(port, name, &id) != 0 ||
			rte_eth_xstats_get_by_id(port, &id, &value, 1) != 1)
		return UINT64_MAX;

	return value;
}

/* The next frame that comes to the port, NULL if none does in time. */
static struct rte_mbuf *
receive_one(void)
{
	uint64_t begin = rte_get_timer_cycles();
	struct rte_mbuf *mbuf;

	while (rte_eth_rx_burst(port, 0, &mbuf, 1) == 0) {
		if (mdev_expired(begin))
			return NULL;
	}

	return mbuf;
}

/* Send a frame from the other end, and get it. */
static struct rte_mbuf *
send_and_receive(const void *frame, size_t len)
{
	int fd = mdev_nic_open(getenv(PEER));
	bool sent;

	if (fd < 0)
		return NULL;
	sent = send(fd, frame, len, 0) == (ssize_t)len;
	close(fd);

	return sent ? receive_one() : NULL;
}

static int
test_frames(void)
{
	struct rte_eth_stats stats;
	unsigned int i;

	/* more than there are descriptors, and than there are buffers in all of them */
	for (i = 0; i < 20; i++)
		TEST_ASSERT_SUCCESS(mdev_nic_exchange(getenv(PEER), port, pool), "round %u", i);

	TEST_ASSERT_SUCCESS(rte_eth_stats_get(port, &stats), "no statistics");
	TEST_ASSERT_EQUAL(stats.ipackets, 20 * MDEV_NIC_FRAMES, "received %" PRIu64,
			  stats.ipackets);
	TEST_ASSERT_EQUAL(stats.opackets, 20 * MDEV_NIC_FRAMES, "sent %" PRIu64, stats.opackets);
	TEST_ASSERT_EQUAL(count_of("tx_q0_copied"), 20 * MDEV_NIC_FRAMES, "not all were copied");

	TEST_ASSERT_SUCCESS(start_anew(0), "no restart");
	TEST_ASSERT_SUCCESS(mdev_nic_exchange(getenv(PEER), port, pool), "after a restart");

	return TEST_SUCCESS;
}

static int
test_in_place(void)
{
	uint8_t frame[MDEV_NIC_FRAME_LEN], back[2 * MDEV_NIC_FRAME_LEN];
	struct rte_mbuf *mbuf;
	ssize_t len;
	int fd;

	mdev_nic_fill(frame, 100, 1);
	mbuf = send_and_receive(frame, sizeof(frame));
	TEST_ASSERT_NOT_NULL(mbuf, "nothing came");
	TEST_ASSERT((mbuf->ol_flags & RTE_MBUF_F_RX_FDIR_ID) != 0 && mbuf->hash.fdir.hi == 42,
		    "the mark of the rule is not there");

	fd = mdev_nic_open(getenv(PEER));
	TEST_ASSERT(fd >= 0, "no socket");
	TEST_ASSERT_EQUAL(rte_eth_tx_burst(port, 0, &mbuf, 1), 1, "it is not sent back");
	len = recv(fd, back, sizeof(back), 0);
	close(fd);
	TEST_ASSERT(len == sizeof(frame) && memcmp(frame, back, len) == 0,
		    "another frame came back");
	TEST_ASSERT_EQUAL(count_of("tx_q0_copied"), 0, "it was copied");

	return TEST_SUCCESS;
}

static size_t
fill_tagged(uint8_t *frame)
{
	uint8_t plain[MDEV_NIC_FRAME_LEN];

	mdev_nic_fill(plain, 101, 1);
	memcpy(frame, plain, 12);
	memcpy(frame + 12, (uint8_t []){ 0x81, 0x00, 0, VLAN }, 4);
	memcpy(frame + 16, plain + 12, sizeof(plain) - 12);

	return sizeof(plain) + 4;
}

static int
test_tags(void)
{
	uint8_t frame[MDEV_NIC_FRAME_LEN + 4];
	size_t len = fill_tagged(frame);
	struct rte_mbuf *mbuf;
	bool same;

	mbuf = send_and_receive(frame, len);
	TEST_ASSERT_NOT_NULL(mbuf, "nothing came");
	same = mbuf->pkt_len == len && memcmp(rte_pktmbuf_mtod(mbuf, void *), frame, len) == 0;
	rte_pktmbuf_free(mbuf);
	TEST_ASSERT(same, "without stripping, it is another frame");

	TEST_ASSERT_SUCCESS(start_anew(RTE_ETH_RX_OFFLOAD_VLAN_STRIP), "no restart");
	mbuf = send_and_receive(frame, len);
	TEST_ASSERT_NOT_NULL(mbuf, "nothing came");
	same = (mbuf->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED) != 0 && mbuf->vlan_tci == VLAN &&
		mdev_nic_matches(rte_pktmbuf_mtod(mbuf, uint8_t *), mbuf->pkt_len, 101, 1);
	rte_pktmbuf_free(mbuf);
	TEST_ASSERT(same, "the tag is not stripped");

	return TEST_SUCCESS;
}

/* An interrupt wakes up who waits, for a frame that comes before or after. */
static int
test_interrupt(void)
{
	uint8_t frame[MDEV_NIC_FRAME_LEN];
	struct rte_epoll_event event;
	int fd, i;

	TEST_ASSERT_SUCCESS(rte_eth_dev_rx_intr_ctl_q(port, 0, RTE_EPOLL_PER_THREAD,
						      RTE_INTR_EVENT_ADD, NULL), "no event");
	fd = mdev_nic_open(getenv(PEER));
	TEST_ASSERT(fd >= 0, "no socket");
	mdev_nic_fill(frame, 102, 1);
	for (i = 0; i < 2; i++) {
		if (i == 1) {
			send(fd, frame, sizeof(frame), 0);
			rte_delay_us_sleep(100000);
		}
		TEST_ASSERT_SUCCESS(rte_eth_dev_rx_intr_enable(port, 0), "cannot enable");
		if (i == 0)
			send(fd, frame, sizeof(frame), 0);
		TEST_ASSERT_EQUAL(rte_epoll_wait(RTE_EPOLL_PER_THREAD, &event, 1,
						 MDEV_TIMEOUT_MS), 1, "frame %d: no event", i);
		TEST_ASSERT_SUCCESS(rte_eth_dev_rx_intr_disable(port, 0), "cannot disable");
		rte_pktmbuf_free(receive_one());
	}
	send(fd, frame, sizeof(frame), 0);
	TEST_ASSERT_EQUAL(rte_epoll_wait(RTE_EPOLL_PER_THREAD, &event, 1, 100), 0,
			  "an event while they are disabled");
	rte_pktmbuf_free(receive_one());
	close(fd);
	TEST_ASSERT_SUCCESS(rte_eth_dev_rx_intr_ctl_q(port, 0, RTE_EPOLL_PER_THREAD,
						      RTE_INTR_EVENT_DEL, NULL), "event stays");

	return TEST_SUCCESS;
}

/* Who has a packet has memory of the device. */
static int
test_busy(void)
{
	uint8_t frame[MDEV_NIC_FRAME_LEN];
	struct rte_eth_dev_info info;
	struct rte_mbuf *mbuf;

	mdev_nic_fill(frame, 103, 1);
	mbuf = send_and_receive(frame, sizeof(frame));
	TEST_ASSERT_NOT_NULL(mbuf, "nothing came");

	TEST_ASSERT_SUCCESS(rte_eth_dev_info_get(port, &info), "no port");
	TEST_ASSERT_EQUAL(rte_dev_remove(info.device), -EBUSY, "detached with a packet out");
	TEST_ASSERT(mdev_nic_matches(rte_pktmbuf_mtod(mbuf, uint8_t *), mbuf->pkt_len, 103, 1),
		    "the packet has changed");
	TEST_ASSERT_SUCCESS(start_port(0), "it cannot be started again");
	TEST_ASSERT_SUCCESS(mdev_nic_exchange(getenv(PEER), port, pool), "it does not work on");

	rte_pktmbuf_free(mbuf);
	TEST_ASSERT_SUCCESS(rte_dev_remove(info.device), "cannot detach");

	return TEST_SUCCESS;
}

static int
suite_setup(void)
{
	if (getenv(DEVICE) == NULL || getenv(PEER) == NULL)
		return TEST_SKIPPED;

	pool = rte_pktmbuf_pool_create("netmdev_test", MDEV_NIC_MBUFS, 0, 0,
				       RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);

	return pool != NULL ? 0 : -ENOMEM;
}

static void
suite_teardown(void)
{
	rte_mempool_free(pool);
	pool = NULL;
}

static struct unit_test_suite suite = {
	.suite_name = "queues of a port of the kernel",
	.setup = suite_setup,
	.teardown = suite_teardown,
	.unit_test_cases = {
		TEST_CASE_NAMED_ST("receive and send", attach_port, detach_port, test_frames),
		TEST_CASE_NAMED_ST("send what was received", attach_port, detach_port,
				   test_in_place),
		TEST_CASE_NAMED_ST("VLAN tags", attach_port, detach_port, test_tags),
		TEST_CASE_NAMED_ST("Rx interrupt", attach_port, detach_port, test_interrupt),
		TEST_CASE_NAMED_ST("detach with packets out", attach_port, detach_port, test_busy),
		TEST_CASES_END()
	}
};

static int
test_netmdev(void)
{
	return unit_test_suite_runner(&suite);
}

REGISTER_DRIVER_TEST(netmdev_autotest, test_netmdev);
