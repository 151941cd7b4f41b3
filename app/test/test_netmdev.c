/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <inttypes.h>
#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_dev.h>
#include <rte_ethdev.h>
#include <rte_flow.h>
#include <rte_interrupts.h>
#include <rte_ip.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_udp.h>

#include "test.h"
#include "test_mdev_nic.h"

/*
 * The driver for queues of a port of the kernel. The environment names a device of API
 * netmdev, which must have two queues or more, and the interface at the other end of the
 * link of its port: frames are sent from there, and received there. That interface has one
 * on top of it for a VLAN, and frames come to it with their checksums.
 */

#define DEVICE "NETMDEV_DEVICE"
#define PEER "NETMDEV_PEER"
/* Another device, with a name that begins with the same 23 characters */
#define TWIN "NETMDEV_TWIN"
/* A file: as long as it is there, a secondary process keeps a packet. */
#define HOLD "NETMDEV_HOLD"

#define VLAN 5
#define UDP_PORT 7

static struct rte_mempool *pool;
static uint16_t port;
/* where the application would have the queues */
static unsigned int queue_socket = SOCKET_ID_ANY;
/* of the last detach */
static int detached;

/* Datagrams, with an even number of bytes */
struct datagram4 {
	struct rte_ether_hdr eth;
	struct rte_ipv4_hdr ip;
	struct rte_udp_hdr udp;
	uint8_t data[22];
};

struct datagram6 {
	struct rte_ether_hdr eth;
	struct rte_ipv6_hdr ip;
	struct rte_udp_hdr udp;
	uint8_t data[22];
};

static int
start_port(uint64_t rx_offloads)
{
	const struct rte_eth_conf conf = {
		.rxmode.offloads = rx_offloads,
		.intr_conf.rxq = 1,
	};

	TEST_ASSERT_SUCCESS(rte_eth_dev_configure(port, 1, 1, &conf), "cannot configure");
	TEST_ASSERT_SUCCESS(rte_eth_rx_queue_setup(port, 0, MDEV_NIC_RING_SIZE, queue_socket,
						   NULL, pool), "no Rx queue");
	TEST_ASSERT_SUCCESS(rte_eth_tx_queue_setup(port, 0, MDEV_NIC_RING_SIZE, queue_socket,
						   NULL), "no Tx queue");
	TEST_ASSERT_SUCCESS(rte_eth_dev_start(port), "cannot start");

	return 0;
}

/* What matches comes to the port, with the mark. */
static struct rte_flow *
add_rule(uint32_t priority, const struct rte_flow_item *pattern, uint32_t id)
{
	const struct rte_flow_attr attr = { .ingress = 1, .priority = priority };
	const struct rte_flow_action_queue queue = { .index = 0 };
	const struct rte_flow_action_mark mark = { .id = id };
	const struct rte_flow_action actions[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_MARK, .conf = &mark },
		{ .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &queue },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct rte_flow_error error;
	struct rte_flow *flow;

	flow = rte_flow_create(port, &attr, pattern, actions, &error);
	if (flow == NULL)
		printf("no rule: %s\n", error.message);

	return flow;
}

/* For what comes from the tests. */
static struct rte_flow *
add_type_rule(uint32_t priority, uint32_t id)
{
	const struct rte_flow_item_eth eth = {
		.hdr.ether_type = RTE_BE16(MDEV_NIC_ETHER_TYPE),
	};
	const struct rte_flow_item_eth mask = { .hdr.ether_type = RTE_BE16(0xffff) };
	const struct rte_flow_item pattern[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_ETH, .spec = &eth, .mask = &mask },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};

	return add_rule(priority, pattern, id);
}

static struct rte_flow *
add_udp_rule(enum rte_flow_item_type ip, uint32_t id)
{
	const struct rte_flow_item_udp udp = { .hdr.dst_port = RTE_BE16(UDP_PORT) };
	const struct rte_flow_item_udp mask = { .hdr.dst_port = RTE_BE16(0xffff) };
	const struct rte_flow_item pattern[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_ETH },
		{ .type = ip },
		{ .type = RTE_FLOW_ITEM_TYPE_UDP, .spec = &udp, .mask = &mask },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};

	return add_rule(0, pattern, id);
}

static int
probe_with(const char *device, const char *args)
{
	char name[128];

	snprintf(name, sizeof(name), "%s%s", device, args);

	return rte_dev_probe(name);
}

static int
attach_with(const char *args)
{
	TEST_ASSERT_SUCCESS(probe_with(getenv(DEVICE), args), "cannot attach");
	TEST_ASSERT_SUCCESS(rte_eth_dev_get_port_by_name(getenv(DEVICE), &port), "no port");

	return 0;
}

static int
attach_port(void)
{
	TEST_ASSERT_SUCCESS(attach_with(""), "no port");
	TEST_ASSERT_SUCCESS(start_port(0), "no start");
	TEST_ASSERT_NOT_NULL(add_type_rule(2, 42), "no rule");

	return 0;
}

static int
remove_device(const char *device)
{
	struct rte_eth_dev_info info;
	uint16_t id;

	if (rte_eth_dev_get_port_by_name(device, &id) != 0 || rte_eth_dev_info_get(id, &info) != 0)
		return -ENODEV;

	return rte_dev_remove(info.device);
}

/* What it returns counts at the end. */
static void
detach_port(void)
{
	int ret = remove_device(getenv(DEVICE));

	if (ret != 0 && ret != -ENODEV)
		detached = -1;
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

/* Like mdev_nic_open(), for frames of another type. */
static int
open_type(const char *interface, uint16_t type)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(type),
		.sll_ifindex = if_nametoindex(interface),
	};
	int fd = mdev_nic_open(interface);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		close(fd);
		return -1;
	}

	return fd;
}

/* Send a packet, and get it as it comes at the other end. */
static ssize_t
transmit_and_receive(struct rte_mbuf *mbuf, const char *interface, uint16_t type,
		     void *frame, size_t size)
{
	struct pollfd event = { .fd = open_type(interface, type), .events = POLLIN };
	ssize_t len = -1;

	if (event.fd < 0)
		return -1;
	if (rte_eth_tx_prepare(port, 0, &mbuf, 1) == 1 &&
			rte_eth_tx_burst(port, 0, &mbuf, 1) == 1 &&
			poll(&event, 1, MDEV_TIMEOUT_MS) == 1)
		len = recv(event.fd, frame, size, 0);
	close(event.fd);

	return len;
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

/* Of so many that are sent, that many are copied. */
static int
exchange_frames(uint64_t copied)
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
	TEST_ASSERT_EQUAL(stats.obytes, stats.opackets * MDEV_NIC_FRAME_LEN, "%" PRIu64 " bytes",
			  stats.obytes);
	TEST_ASSERT_EQUAL(count_of("tx_q0_copied"), copied, "another number was copied");

	TEST_ASSERT_SUCCESS(start_anew(0), "no restart");
	TEST_ASSERT_SUCCESS(mdev_nic_exchange(getenv(PEER), port, pool), "after a restart");
	TEST_ASSERT_SUCCESS(rte_eth_stats_get(port, &stats), "no statistics");
	TEST_ASSERT(stats.ipackets == 21 * MDEV_NIC_FRAMES && stats.opackets == stats.ipackets,
		    "in all, received %" PRIu64 ", sent %" PRIu64, stats.ipackets, stats.opackets);
	TEST_ASSERT_SUCCESS(rte_eth_stats_reset(port), "not reset");
	TEST_ASSERT_SUCCESS(rte_eth_stats_get(port, &stats), "no statistics");
	TEST_ASSERT(stats.ipackets == 0 && stats.opackets == 0 && count_of("tx_q0_copied") == 0,
		    "they do not begin anew");

	return TEST_SUCCESS;
}

static int
test_frames(void)
{
	return exchange_frames(20 * MDEV_NIC_FRAMES);
}

/* ethdev takes what a frame may have beside the MTU from these: the header and a tag. */
static int
test_lengths(void)
{
	struct rte_eth_dev_info info;
	uint16_t mtu;

	TEST_ASSERT_SUCCESS(rte_eth_dev_info_get(port, &info), "no port");
	TEST_ASSERT_SUCCESS(rte_eth_dev_get_mtu(port, &mtu), "no MTU");
	TEST_ASSERT_EQUAL(info.max_mtu, mtu, "MTU %u instead of %u", info.max_mtu, mtu);
	TEST_ASSERT_EQUAL(info.max_rx_pktlen,
			  (uint32_t)mtu + RTE_ETHER_HDR_LEN + RTE_VLAN_HLEN,
			  "frames of %u bytes", info.max_rx_pktlen);

	return TEST_SUCCESS;
}

/* What the kernel drops was not sent, though the buffers have room for it. */
static int
test_too_long(void)
{
	struct rte_mbuf *mbuf = rte_pktmbuf_alloc(pool);
	struct rte_eth_stats stats;

	TEST_ASSERT_NOT_NULL(mbuf, "no mbuf");
	memset(rte_pktmbuf_append(mbuf, 1530), 0xff, 1530);
	TEST_ASSERT_EQUAL(rte_eth_tx_burst(port, 0, &mbuf, 1), 1, "not taken");
	TEST_ASSERT_SUCCESS(rte_eth_stats_get(port, &stats), "no statistics");
	TEST_ASSERT(stats.opackets == 0 && stats.obytes == 0 && stats.oerrors == 1,
		    "sent %" PRIu64 ", %" PRIu64 " bytes, errors %" PRIu64, stats.opackets,
		    stats.obytes, stats.oerrors);

	return TEST_SUCCESS;
}

/* A packet of the bytes, which are in so many segments. */
static struct rte_mbuf *
make_packet(const void *bytes, size_t len, unsigned int nb_segs)
{
	struct rte_mbuf *mbuf = NULL, *seg;
	size_t part = len / nb_segs;
	unsigned int i;

	for (i = 0; i < nb_segs; i++) {
		if (i == nb_segs - 1)
			part = len - i * part;
		seg = rte_pktmbuf_alloc(pool);
		if (seg == NULL)
			return NULL;
		memcpy(rte_pktmbuf_append(seg, part),
		       RTE_PTR_ADD(bytes, i * (len / nb_segs)), part);
		if (mbuf == NULL)
			mbuf = seg;
		else
			rte_pktmbuf_chain(mbuf, seg);
	}

	return mbuf;
}

/*
 * A pool in the memory of the device
 */

/* The socket of the heap. */
static int
heap_socket(void)
{
	char name[32];

	snprintf(name, sizeof(name), "netmdev_%.23s", getenv(DEVICE));

	return rte_malloc_heap_get_socket(name);
}

static struct rte_mempool *
create_pool_in_heap(void)
{
	int socket = heap_socket();

	if (socket < 0)
		return NULL;

	return rte_pktmbuf_pool_create("netmdev_heap", MDEV_NIC_MBUFS, 0, 0,
				       RTE_MBUF_DEFAULT_BUF_SIZE, socket);
}

/* Does it arrive as it is, and copied? */
static int
transmit_copied(struct rte_mbuf *mbuf, const uint8_t *frame)
{
	uint64_t copied = count_of("tx_q0_copied");
	uint8_t back[2 * MDEV_NIC_FRAME_LEN];
	ssize_t len;

	len = transmit_and_receive(mbuf, getenv(PEER), MDEV_NIC_ETHER_TYPE, back, sizeof(back));
	TEST_ASSERT(len == MDEV_NIC_FRAME_LEN && memcmp(frame, back, len) == 0, "%zd bytes came",
		    len);
	TEST_ASSERT_EQUAL(count_of("tx_q0_copied") - copied, 1, "it was sent from where it is");

	return 0;
}

/* Before it, there is less room than the header of the kernel needs. */
static struct rte_mbuf *
make_without_room(const uint8_t *frame)
{
	struct rte_mbuf *mbuf = rte_pktmbuf_alloc(pool);

	if (mbuf == NULL)
		return NULL;
	mbuf->data_off = 16;
	memcpy(rte_pktmbuf_append(mbuf, MDEV_NIC_FRAME_LEN), frame, MDEV_NIC_FRAME_LEN);

	return mbuf;
}

/* What the kernel cannot send from where it is, or others have as well. */
static int
copy_from_heap(void)
{
	uint8_t frame[MDEV_NIC_FRAME_LEN];
	struct rte_mbuf *mbuf, *clone;

	mdev_nic_fill(frame, 108, 1);
	mbuf = make_packet(frame, sizeof(frame), 2);
	TEST_ASSERT_NOT_NULL(mbuf, "no mbufs");
	TEST_ASSERT_SUCCESS(transmit_copied(mbuf, frame), "segments");

	mbuf = make_without_room(frame);
	TEST_ASSERT_NOT_NULL(mbuf, "no mbuf");
	TEST_ASSERT_SUCCESS(transmit_copied(mbuf, frame), "no room for the header");

	mbuf = make_packet(frame, sizeof(frame), 1);
	TEST_ASSERT_NOT_NULL(mbuf, "no mbuf");
	rte_mbuf_refcnt_update(mbuf, 1);
	TEST_ASSERT_SUCCESS(transmit_copied(mbuf, frame), "two references");
	rte_pktmbuf_free(mbuf);

	mbuf = make_packet(frame, sizeof(frame), 1);
	TEST_ASSERT_NOT_NULL(mbuf, "no mbuf");
	clone = rte_pktmbuf_clone(mbuf, pool);
	rte_pktmbuf_free(mbuf);
	TEST_ASSERT_NOT_NULL(clone, "no clone");
	TEST_ASSERT_SUCCESS(transmit_copied(clone, frame), "a clone");

	return 0;
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

/* With a tag, which is kept, and then stripped */
static int
exchange_tags(void)
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

	return 0;
}

static int
use_heap(void)
{
	uint8_t frame[MDEV_NIC_FRAME_LEN];
	struct rte_eth_dev_info info;
	struct rte_mbuf *mbuf;
	bool own;

	TEST_ASSERT_SUCCESS(start_port(0), "no start");
	TEST_ASSERT_NOT_NULL(add_type_rule(0, 42), "no rule");
	TEST_ASSERT_SUCCESS(exchange_frames(0), "not exchanged");

	mdev_nic_fill(frame, 104, 1);
	mbuf = send_and_receive(frame, sizeof(frame));
	TEST_ASSERT_NOT_NULL(mbuf, "nothing came");
	own = !RTE_MBUF_HAS_EXTBUF(mbuf) && mbuf->pool == pool &&
		mdev_nic_matches(rte_pktmbuf_mtod(mbuf, uint8_t *), mbuf->pkt_len, 104, 1);
	rte_pktmbuf_free(mbuf);
	TEST_ASSERT(own, "it is not in the pool");
	TEST_ASSERT_SUCCESS(copy_from_heap(), "not copied");
	TEST_ASSERT_SUCCESS(exchange_tags(), "VLAN tags");

	TEST_ASSERT_SUCCESS(rte_eth_dev_info_get(port, &info), "no port");
	TEST_ASSERT_EQUAL(rte_dev_remove(info.device), -EBUSY, "detached with the pool");

	return 0;
}

static int
test_heap(void)
{
	struct rte_mempool *other = pool;
	int ret;

	TEST_ASSERT_SUCCESS(attach_with(",heap=3,mem=1"), "no port");
	pool = create_pool_in_heap();
	if (pool == NULL) {
		pool = other;
		return TEST_FAILED;
	}
	/* that of the pool, as is common: but they are not to be there */
	queue_socket = heap_socket();
	ret = use_heap();
	queue_socket = SOCKET_ID_ANY;
	/* all of them are back */
	if (rte_eth_dev_stop(port) != 0 || rte_mempool_avail_count(pool) != pool->size)
		ret = TEST_FAILED;
	rte_mempool_free(pool);
	pool = other;

	return ret;
}

/* The twin has the heap of which the device would have the name. */
static int
use_twin(void)
{
	TEST_ASSERT_SUCCESS(attach_with(""), "no port without a heap");
	TEST_ASSERT_SUCCESS(remove_device(getenv(DEVICE)), "the pool of the twin is in the way");
	TEST_ASSERT_EQUAL(probe_with(getenv(DEVICE), ",heap=2"), -ENOTUNIQ, "the heap is there twice");

	return 0;
}

static int
test_twin(void)
{
	struct rte_mempool *twin_pool;
	int ret;

	if (getenv(TWIN) == NULL)
		return TEST_SKIPPED;

	TEST_ASSERT_SUCCESS(probe_with(getenv(TWIN), ",heap=2"), "no twin");
	twin_pool = create_pool_in_heap();
	ret = twin_pool != NULL ? use_twin() : TEST_FAILED;
	rte_mempool_free(twin_pool);
	TEST_ASSERT_SUCCESS(remove_device(getenv(TWIN)), "the twin cannot be detached");

	return ret;
}

/*
 * Offloads
 */

static void
fill_datagram4(struct datagram4 *frame)
{
	memset(frame, 0xff, sizeof(*frame));
	frame->eth.src_addr.addr_bytes[0] = 0x02;
	frame->eth.ether_type = RTE_BE16(RTE_ETHER_TYPE_IPV4);
	memset(&frame->ip, 0, sizeof(frame->ip));
	memset(&frame->udp, 0, sizeof(frame->udp));
	frame->ip.version_ihl = RTE_IPV4_VHL_DEF;
	frame->ip.total_length = rte_cpu_to_be_16(sizeof(*frame) - sizeof(frame->eth));
	frame->ip.time_to_live = 64;
	frame->ip.next_proto_id = IPPROTO_UDP;
	frame->ip.src_addr = RTE_BE32(RTE_IPV4(10, 9, 1, 2));
	frame->ip.dst_addr = RTE_BE32(RTE_IPV4(10, 9, 1, 1));
	frame->ip.hdr_checksum = rte_ipv4_cksum(&frame->ip);
	frame->udp.dst_port = RTE_BE16(UDP_PORT);
	frame->udp.dgram_len = rte_cpu_to_be_16(sizeof(frame->udp) + sizeof(frame->data));
}

static void
fill_datagram6(struct datagram6 *frame)
{
	memset(frame, 0xff, sizeof(*frame));
	frame->eth.src_addr.addr_bytes[0] = 0x02;
	frame->eth.ether_type = RTE_BE16(RTE_ETHER_TYPE_IPV6);
	frame->ip.vtc_flow = RTE_BE32(6u << 28);
	frame->ip.payload_len = rte_cpu_to_be_16(sizeof(frame->udp) + sizeof(frame->data));
	frame->ip.proto = IPPROTO_UDP;
	frame->udp.dst_port = RTE_BE16(UDP_PORT);
	frame->udp.dgram_len = frame->ip.payload_len;
}

/* Send the datagram as the kernel sends its own: who gets it has to fill in the checksum. */
static int
send_for_checksum(struct datagram4 *frame)
{
	struct virtio_net_hdr hdr = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.csum_start = offsetof(struct datagram4, udp),
		.csum_offset = offsetof(struct rte_udp_hdr, dgram_cksum),
	};
	struct iovec parts[] = { { &hdr, sizeof(hdr) }, { frame, sizeof(*frame) } };
	const struct msghdr message = { .msg_iov = parts, .msg_iovlen = RTE_DIM(parts) };
	int fd = mdev_nic_open(getenv(PEER));
	int on = 1;
	ssize_t sent = -1;

	frame->udp.dgram_cksum = rte_ipv4_phdr_cksum(&frame->ip, 0);
	if (fd >= 0 && setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) == 0)
		sent = sendmsg(fd, &message, 0);
	close(fd);

	return sent == sizeof(hdr) + sizeof(*frame) ? 0 : -1;
}

/* Only what the kernel knows to be right is told to be so. */
static int
test_rx_checksum(void)
{
	struct datagram4 frame, *received;
	struct rte_mbuf *mbuf;
	bool good, right;

	TEST_ASSERT_NOT_NULL(add_udp_rule(RTE_FLOW_ITEM_TYPE_IPV4, 7), "no rule");
	fill_datagram4(&frame);
	TEST_ASSERT_SUCCESS(send_for_checksum(&frame), "not sent");
	mbuf = receive_one();
	TEST_ASSERT_NOT_NULL(mbuf, "nothing came");
	received = rte_pktmbuf_mtod(mbuf, struct datagram4 *);
	good = (mbuf->ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) == RTE_MBUF_F_RX_L4_CKSUM_GOOD;
	right = mbuf->pkt_len == sizeof(frame) &&
		rte_ipv4_udptcp_cksum_verify(&received->ip, &received->udp) == 0;
	rte_pktmbuf_free(mbuf);
	TEST_ASSERT(good, "it is not told that the checksum is right");
	TEST_ASSERT(right, "the checksum is wrong");

	frame.udp.dgram_cksum = ~rte_ipv4_udptcp_cksum(&frame.ip, &frame.udp);
	mbuf = send_and_receive(&frame, sizeof(frame));
	TEST_ASSERT_NOT_NULL(mbuf, "nothing came");
	good = (mbuf->ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) == RTE_MBUF_F_RX_L4_CKSUM_GOOD;
	rte_pktmbuf_free(mbuf);
	TEST_ASSERT(!good, "it is told that a wrong checksum is right");

	return TEST_SUCCESS;
}

static int
test_tx_checksum(void)
{
	struct datagram4 frame, back;
	struct rte_mbuf *mbuf;

	fill_datagram4(&frame);
	mbuf = make_packet(&frame, sizeof(frame), 1);
	TEST_ASSERT_NOT_NULL(mbuf, "no mbuf");
	mbuf->l2_len = sizeof(frame.eth);
	mbuf->l3_len = sizeof(frame.ip);
	mbuf->ol_flags |= RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_UDP_CKSUM;
	TEST_ASSERT_EQUAL(transmit_and_receive(mbuf, getenv(PEER), RTE_ETHER_TYPE_IPV4, &back,
					       sizeof(back)), (ssize_t)sizeof(back), "not sent");
	TEST_ASSERT_SUCCESS(rte_ipv4_udptcp_cksum_verify(&back.ip, &back.udp),
			    "the checksum is wrong");
	back.udp.dgram_cksum = 0;
	TEST_ASSERT_BUFFERS_ARE_EQUAL(&frame, &back, sizeof(frame), "another frame came");

	return TEST_SUCCESS;
}

static int
test_tx_segments(void)
{
	uint8_t frame[MDEV_NIC_FRAME_LEN], back[2 * MDEV_NIC_FRAME_LEN];
	struct rte_mbuf *mbuf;
	ssize_t len;

	mdev_nic_fill(frame, 105, 1);
	mbuf = make_packet(frame, sizeof(frame), 7);
	TEST_ASSERT_NOT_NULL(mbuf, "no mbuf");
	len = transmit_and_receive(mbuf, getenv(PEER), MDEV_NIC_ETHER_TYPE, back, sizeof(back));
	TEST_ASSERT(len == sizeof(frame) && memcmp(frame, back, len) == 0, "%zd bytes came", len);

	return TEST_SUCCESS;
}

static int
test_tx_tag(void)
{
	uint8_t frame[MDEV_NIC_FRAME_LEN], back[2 * MDEV_NIC_FRAME_LEN];
	char interface[IF_NAMESIZE + 8];
	struct rte_mbuf *mbuf;
	ssize_t len;

	snprintf(interface, sizeof(interface), "%s.%u", getenv(PEER), VLAN);
	mdev_nic_fill(frame, 106, 1);
	mbuf = make_packet(frame, sizeof(frame), 1);
	TEST_ASSERT_NOT_NULL(mbuf, "no mbuf");
	mbuf->vlan_tci = VLAN;
	mbuf->ol_flags |= RTE_MBUF_F_TX_VLAN;
	len = transmit_and_receive(mbuf, interface, MDEV_NIC_ETHER_TYPE, back, sizeof(back));
	TEST_ASSERT(len == sizeof(frame) && memcmp(frame, back, len) == 0,
		    "%zd bytes came to the VLAN", len);

	return TEST_SUCCESS;
}

static int
prepare_with(uint64_t flags)
{
	struct rte_mbuf *mbuf = rte_pktmbuf_alloc(pool);
	uint16_t count;

	TEST_ASSERT_NOT_NULL(mbuf, "no mbuf");
	memset(rte_pktmbuf_append(mbuf, 100), 0xff, 100);
	mbuf->l2_len = RTE_ETHER_HDR_LEN;
	mbuf->l3_len = sizeof(struct rte_ipv4_hdr);
	mbuf->ol_flags |= flags;
	count = rte_eth_tx_prepare(port, 0, &mbuf, 1);
	rte_pktmbuf_free(mbuf);

	return count == 1 ? 0 : -rte_errno;
}

static int
test_tx_prepare(void)
{
	TEST_ASSERT_SUCCESS(prepare_with(RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_TCP_CKSUM), "TCP");
	TEST_ASSERT_EQUAL(prepare_with(RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_SCTP_CKSUM), -ENOTSUP,
			  "SCTP");
	TEST_ASSERT_EQUAL(prepare_with(RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM), -ENOTSUP,
			  "checksum of IPv4");
	TEST_ASSERT_EQUAL(prepare_with(RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_TCP_SEG), -ENOTSUP,
			  "TSO");

	return TEST_SUCCESS;
}

/*
 * Rules
 */

static int
receive_marked(const void *frame, size_t len, uint32_t id)
{
	struct rte_mbuf *mbuf = send_and_receive(frame, len);
	bool same;

	TEST_ASSERT_NOT_NULL(mbuf, "nothing came");
	same = (mbuf->ol_flags & RTE_MBUF_F_RX_FDIR_ID) != 0 && mbuf->hash.fdir.hi == id &&
		mbuf->pkt_len == len && memcmp(rte_pktmbuf_mtod(mbuf, void *), frame, len) == 0;
	rte_pktmbuf_free(mbuf);
	TEST_ASSERT(same, "another frame, or one with another mark");

	return 0;
}

/* Of two rules the one with the lower number counts, whichever was the first. */
static int
test_priorities(void)
{
	uint8_t frame[MDEV_NIC_FRAME_LEN];
	struct rte_flow *first;
	struct rte_flow_error error;

	mdev_nic_fill(frame, 107, 1);
	TEST_ASSERT_SUCCESS(receive_marked(frame, sizeof(frame), 42), "one rule");
	first = add_type_rule(1, 1);
	TEST_ASSERT_NOT_NULL(first, "no rule");
	TEST_ASSERT_NOT_NULL(add_type_rule(3, 3), "no rule");
	TEST_ASSERT_SUCCESS(receive_marked(frame, sizeof(frame), 1), "three rules");
	TEST_ASSERT_SUCCESS(rte_flow_destroy(port, first, &error), "%s", error.message);
	TEST_ASSERT_SUCCESS(receive_marked(frame, sizeof(frame), 42), "two rules");

	return TEST_SUCCESS;
}

static int
test_ipv6(void)
{
	struct datagram6 frame;

	TEST_ASSERT_NOT_NULL(add_udp_rule(RTE_FLOW_ITEM_TYPE_IPV6, 6), "no rule");
	TEST_ASSERT_NOT_NULL(add_udp_rule(RTE_FLOW_ITEM_TYPE_IPV4, 4), "no rule");
	fill_datagram6(&frame);
	TEST_ASSERT_SUCCESS(receive_marked(&frame, sizeof(frame), 6), "IPv6");

	return TEST_SUCCESS;
}

/* What is not done is refused. */
static int
test_refusals(void)
{
	const struct rte_flow_action count = { .type = RTE_FLOW_ACTION_TYPE_COUNT };
	struct rte_eth_conf conf = { .rxmode.mq_mode = RTE_ETH_MQ_RX_DCB };
	const struct rte_flow_attr attr = { .ingress = 1 };
	const struct rte_flow_item pattern = { .type = RTE_FLOW_ITEM_TYPE_END };
	uint16_t queue = 0;
	const struct rte_flow_action_rss rss = {
		.types = RTE_ETH_RSS_IP,
		.queue_num = 1,
		.queue = &queue,
	};
	const struct rte_flow_action actions[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_RSS, .conf = &rss },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct rte_flow_query_count counter = { .bytes_set = 1 };
	struct rte_flow_error error;
	struct rte_flow *flow;

	flow = add_type_rule(1, 1);
	TEST_ASSERT_NOT_NULL(flow, "no rule");
	TEST_ASSERT_EQUAL(rte_flow_query(port, flow, &count, &counter, &error), -EINVAL,
			  "a counter without COUNT");
	TEST_ASSERT_EQUAL(rte_flow_validate(port, &attr, &pattern, actions, &error), -ENOTSUP,
			  "types of RSS");

	/* a mode for all frames changes nothing, and is no error for who always sets it */
	TEST_ASSERT_SUCCESS(rte_eth_promiscuous_enable(port), "promiscuous mode");
	TEST_ASSERT_SUCCESS(rte_eth_dev_stop(port), "cannot stop");
	TEST_ASSERT_EQUAL(rte_eth_dev_configure(port, 1, 1, &conf), -ENOTSUP, "DCB");
	conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	conf.rxmode.mtu = 1400;
	TEST_ASSERT_EQUAL(rte_eth_dev_configure(port, 1, 1, &conf), -ENOTSUP, "another MTU");
	conf.rxmode.mtu = 0;
	conf.rxmode.offloads = RTE_ETH_RX_OFFLOAD_RSS_HASH;
	TEST_ASSERT_SUCCESS(rte_eth_dev_configure(port, 1, 1, &conf), "hashes");
	TEST_ASSERT_SUCCESS(rte_eth_rx_queue_setup(port, 0, 100, SOCKET_ID_ANY, NULL, pool),
			    "100 descriptors");
	TEST_ASSERT_EQUAL(rte_eth_dev_start(port), -EINVAL, "started without a Tx queue");
	TEST_ASSERT_SUCCESS(rte_eth_dev_configure(port, 2, 0, &conf), "two Rx queues");
	TEST_ASSERT_EQUAL(rte_eth_dev_start(port), -EINVAL, "started without an Rx queue");

	return TEST_SUCCESS;
}

static bool freed_elsewhere;

/* What another process, which has ended, would have put there */
static void
free_elsewhere(void *addr __rte_unused, void *opaque __rte_unused)
{
	freed_elsewhere = true;
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

	mbuf = send_and_receive(frame, sizeof(frame));
	TEST_ASSERT_NOT_NULL(mbuf, "nothing came");
	mbuf->shinfo->free_cb = free_elsewhere;
	len = transmit_and_receive(mbuf, getenv(PEER), MDEV_NIC_ETHER_TYPE, back, sizeof(back));
	TEST_ASSERT(len == sizeof(frame) && !freed_elsewhere, "freed by who received it");

	return TEST_SUCCESS;
}

/* Who else has the packet may read it while it is sent. */
static int
test_clone(void)
{
	uint8_t frame[MDEV_NIC_FRAME_LEN];
	struct rte_mbuf *mbuf, *clone;
	bool same;
	int ret;

	mdev_nic_fill(frame, 109, 1);
	mbuf = send_and_receive(frame, sizeof(frame));
	TEST_ASSERT_NOT_NULL(mbuf, "nothing came");
	clone = rte_pktmbuf_clone(mbuf, pool);
	ret = clone != NULL ? transmit_copied(clone, frame) : TEST_FAILED;
	same = mdev_nic_matches(rte_pktmbuf_mtod(mbuf, uint8_t *), mbuf->pkt_len, 109, 1);
	rte_pktmbuf_free(mbuf);
	TEST_ASSERT(same, "the packet has changed");

	return ret;
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
		TEST_CASE_NAMED_ST("lengths of frames", attach_port, detach_port, test_lengths),
		TEST_CASE_NAMED_ST("a frame that the kernel drops", attach_port, detach_port,
				   test_too_long),
		TEST_CASE_NAMED_ST("a pool in the memory of the device", NULL, detach_port,
				   test_heap),
		TEST_CASE_NAMED_ST("heaps with one name", NULL, detach_port, test_twin),
		TEST_CASE_NAMED_ST("checksums on Rx", attach_port, detach_port, test_rx_checksum),
		TEST_CASE_NAMED_ST("checksums on Tx", attach_port, detach_port, test_tx_checksum),
		TEST_CASE_NAMED_ST("a packet of segments", attach_port, detach_port,
				   test_tx_segments),
		TEST_CASE_NAMED_ST("VLAN insertion", attach_port, detach_port, test_tx_tag),
		TEST_CASE_NAMED_ST("what cannot be prepared", attach_port, detach_port,
				   test_tx_prepare),
		TEST_CASE_NAMED_ST("priorities of rules", attach_port, detach_port,
				   test_priorities),
		TEST_CASE_NAMED_ST("a rule for IPv6", attach_port, detach_port, test_ipv6),
		TEST_CASE_NAMED_ST("what is not done is refused", attach_port, detach_port,
				   test_refusals),
		TEST_CASE_NAMED_ST("send what was received", attach_port, detach_port,
				   test_in_place),
		TEST_CASE_NAMED_ST("send a clone of what was received", attach_port, detach_port,
				   test_clone),
		TEST_CASE_NAMED_ST("VLAN tags", attach_port, detach_port, exchange_tags),
		TEST_CASE_NAMED_ST("Rx interrupt", attach_port, detach_port, test_interrupt),
		TEST_CASE_NAMED_ST("detach with packets out", attach_port, detach_port, test_busy),
		TEST_CASES_END()
	}
};

static int
test_netmdev(void)
{
	int ret;

	detached = 0;
	ret = unit_test_suite_runner(&suite);

	return ret != 0 ? ret : detached;
}

REGISTER_DRIVER_TEST(netmdev_autotest, test_netmdev);

/* For the script that waits for it */
static void
say(const char *what)
{
	printf("%s\n", what);
	fflush(stdout);
}

/* Does the port come, or go, in time? */
static bool
port_becomes(bool there)
{
	uint64_t begin = rte_get_timer_cycles();

	while ((rte_eth_dev_get_port_by_name(getenv(DEVICE), &port) == 0) != there) {
		if (mdev_expired(begin))
			return false;
		rte_delay_us_sleep(10000);
	}

	return true;
}

/*
 * In a secondary process: a packet is kept, while the primary one would detach the device.
 * Then it does, and attaches it again.
 */
static int
test_netmdev_hold(void)
{
	uint8_t frame[MDEV_NIC_FRAME_LEN];
	struct rte_mbuf *mbuf;
	bool same;

	if (getenv(DEVICE) == NULL || getenv(HOLD) == NULL)
		return TEST_SKIPPED;

	TEST_ASSERT_SUCCESS(rte_eth_dev_get_port_by_name(getenv(DEVICE), &port), "no port");
	mbuf = receive_one();
	TEST_ASSERT_NOT_NULL(mbuf, "nothing came");
	memcpy(frame, rte_pktmbuf_mtod(mbuf, void *), RTE_MIN(mbuf->data_len, sizeof(frame)));
	say("got a packet");
	while (access(getenv(HOLD), F_OK) == 0)
		rte_delay_us_sleep(10000);
	same = memcmp(frame, rte_pktmbuf_mtod(mbuf, void *),
		      RTE_MIN(mbuf->data_len, sizeof(frame))) == 0;
	rte_pktmbuf_free(mbuf);
	TEST_ASSERT(same, "the packet has changed");
	say("the packet is free");
	TEST_ASSERT(port_becomes(false), "the port stays");
	say("the port has gone");
	TEST_ASSERT(port_becomes(true), "the port does not come again");

	return TEST_SUCCESS;
}

REGISTER_DRIVER_TEST(netmdev_hold_autotest, test_netmdev_hold);

/* A program may end as it is, with its pool in the heap. */
static int
test_netmdev_end(void)
{
	if (getenv(DEVICE) == NULL)
		return TEST_SKIPPED;

	TEST_ASSERT_SUCCESS(attach_with(",heap=2"), "no port");
	pool = create_pool_in_heap();
	TEST_ASSERT_NOT_NULL(pool, "no pool");

	return start_port(0);
}

REGISTER_DRIVER_TEST(netmdev_end_autotest, test_netmdev_end);
