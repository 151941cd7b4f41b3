/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_interrupts.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <rte_string_fns.h>
#include <rte_udp.h>

#include "test.h"

/*
 * What works with a PMD, a device and a bus? Two ports that are wired
 * back-to-back try it, with nothing but the API of Ethernet devices, so the
 * same test runs on mediated devices and on PCI devices, to be compared. For
 * each pair of them it prints "pair: " and its number, and for each feature
 *
 *   feature: NAME: RESULT
 *
 * with the result "yes", "none" where the PMD says that it has no such thing,
 * or "no". That is what the test is for, so only what keeps it from running is
 * a failure.
 *
 * It needs the names of the ports, pair by pair, and a command that changes the link
 * of one from outside: it is called with the MAC address that the port had at first,
 * and "on" or "off".
 */
#define PORTS_VARIABLE "MDEV_PMDS_PORTS"
#define LINK_VARIABLE "MDEV_PMDS_LINK"

/*
 * How long to wait: a link takes its time, all else should happen at once, but
 * machines can be slow.
 */
#define LINK_TIMEOUT_S 30
#define TIMEOUT_S 5
/* between two looks */
#define POLL_US 5000

#define RING_SIZE 256
#define QUEUES 4
#define BURST 32
#define POOL_SIZE 8191
#define BIG_POOL_SIZE 4095

/* more than the rings hold */
#define FRAMES 600
#define MTU 9000
#define FRAME_LEN 300
#define FRAME_MAX (RTE_ETHER_HDR_LEN + MTU)
#define BIG_BUFFER RTE_ALIGN_CEIL(FRAME_MAX, 1024)

#define UDP_PORT 0x88b5

enum { NONE = -ENOTSUP };

struct end {
	uint16_t port;
	bool is_started;
	uint16_t queues;
	struct rte_eth_dev_info info;
	/* MAC address, and what the device is called */
	struct rte_ether_addr mac;
	char name[64];
};

static struct end ends[2];
/* Both are started, with one queue, and no mode switched on. */
static bool are_plain;
/* Buffers, and those that take any frame whole. */
static struct rte_mempool *pool;
static struct rte_mempool *big_pool;

static const struct rte_ether_addr broadcast = {
	.addr_bytes = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
};
static const struct rte_ether_addr multicast = {
	.addr_bytes = { 0x33, 0x33, 0x6d, 0x64, 0x65, 0x76 },
};
static const struct rte_ether_addr stranger = {
	.addr_bytes = { 0x02, 0x6d, 0x64, 0x65, 0x76, 0x01 },
};

static bool
is_over(uint64_t begin, unsigned int seconds)
{
	return rte_get_timer_cycles() - begin > seconds * rte_get_timer_hz();
}

/*
 * Ports
 */

static bool
is_link_up(const struct end *end)
{
	struct rte_eth_link link = { .link_status = RTE_ETH_LINK_DOWN };

	return rte_eth_link_get_nowait(end->port, &link) == 0 &&
		link.link_status == RTE_ETH_LINK_UP;
}

static int
await_link(const struct end *end, bool up)
{
	uint64_t begin = rte_get_timer_cycles();

	while (is_link_up(end) != up) {
		if (is_over(begin, LINK_TIMEOUT_S)) {
			printf("%s: the link is not %s\n", end->name, up ? "up" : "down");
			return -1;
		}
		rte_delay_us_sleep(POLL_US);
	}

	return 0;
}

static int
set_link(const struct end *end, bool up)
{
	char command[256], mac[RTE_ETHER_ADDR_FMT_SIZE];

	rte_ether_format_addr(mac, sizeof(mac), &end->mac);
	snprintf(command, sizeof(command), "%s %s %s", getenv(LINK_VARIABLE), mac,
		 up ? "on" : "off");

	return system(command) == 0 ? 0 : -1;
}

static int
stop_port(struct end *end)
{
	int ret = 0;

	are_plain = false;
	if (end->is_started)
		ret = rte_eth_dev_stop(end->port);
	end->is_started = false;

	return ret;
}

/* Start a port that is set up. */
static int
run_port(struct end *end)
{
	int ret = rte_eth_dev_start(end->port);

	end->is_started = ret == 0;

	return ret;
}

static int
set_up_queues(const struct end *end, struct rte_mempool *rx_pool)
{
	uint16_t tx_size = RING_SIZE;
	uint16_t rx_size = RING_SIZE;
	uint16_t queue;
	int ret;

	ret = rte_eth_dev_adjust_nb_rx_tx_desc(end->port, &rx_size, &tx_size);
	for (queue = 0; ret == 0 && queue < end->queues; queue++) {
		ret = rte_eth_rx_queue_setup(end->port, queue, rx_size, SOCKET_ID_ANY, NULL,
					     rx_pool);
		if (ret == 0)
			ret = rte_eth_tx_queue_setup(end->port, queue, tx_size, SOCKET_ID_ANY,
						     NULL);
	}

	return ret;
}

static int
start_port(struct end *end, const struct rte_eth_conf *conf, uint16_t queues,
	   struct rte_mempool *rx_pool)
{
	struct rte_eth_conf full = *conf;
	int ret;

	/* frames of any length, in buffers of one size */
	full.rxmode.offloads |= end->info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER;
	full.txmode.offloads |= end->info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
	full.rx_adv_conf.rss_conf.rss_hf &= end->info.flow_type_rss_offloads;

	end->queues = queues;
	ret = stop_port(end);
	if (ret == 0)
		ret = rte_eth_dev_configure(end->port, queues, queues, &full);
	if (ret == 0)
		ret = set_up_queues(end, rx_pool);
	if (ret == 0)
		ret = run_port(end);
	if (ret != 0)
		printf("%s: cannot start: %d\n", end->name, ret);

	return ret;
}

/* Start both ends, and wait until they have a link. */
static int
start_both(const struct rte_eth_conf *conf, uint16_t queues, struct rte_mempool *rx_pool)
{
	unsigned int i;
	int ret;

	are_plain = false;
	for (i = 0; i < RTE_DIM(ends); i++) {
		ret = start_port(&ends[i], conf, queues, rx_pool);
		if (ret != 0)
			return ret;
	}
	for (i = 0; i < RTE_DIM(ends); i++) {
		if (await_link(&ends[i], true) != 0)
			return -1;
	}

	return 0;
}

/* Most features are tried on ports like this, which take a while to start. */
static int
start_plain(void)
{
	const struct rte_eth_conf conf = { .rxmode.mtu = 0 };

	if (!are_plain)
		are_plain = start_both(&conf, 1, pool) == 0;

	return are_plain ? 0 : -1;
}

/*
 * Frames. Each one is a UDP datagram, a flow of its own by its number, and all
 * of its bytes are known.
 */

static void
fill_frame(uint8_t *frame, const struct rte_ether_addr *dst, uint16_t len, uint16_t number)
{
	struct rte_ether_hdr *ether = (struct rte_ether_hdr *)frame;
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(ether + 1);
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(ip + 1);
	unsigned int i;

	memset(frame, 0, sizeof(*ether) + sizeof(*ip) + sizeof(*udp));
	ether->dst_addr = *dst;
	ether->src_addr.addr_bytes[0] = 0x02; /* locally administered, no multicast */
	ether->ether_type = rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4);

	len -= sizeof(*ether);
	ip->version_ihl = RTE_IPV4_VHL_DEF;
	ip->total_length = rte_cpu_to_be_16(len);
	ip->time_to_live = 1;
	ip->next_proto_id = IPPROTO_UDP;
	ip->src_addr = rte_cpu_to_be_32(RTE_IPV4(192, 0, 2, number % 256));
	ip->dst_addr = rte_cpu_to_be_32(RTE_IPV4(192, 0, 2, 0));
	ip->hdr_checksum = rte_ipv4_cksum(ip);

	len -= sizeof(*ip);
	udp->src_port = rte_cpu_to_be_16(number);
	udp->dst_port = rte_cpu_to_be_16(UDP_PORT);
	udp->dgram_len = rte_cpu_to_be_16(len);

	len -= sizeof(*udp);
	for (i = 0; i < len; i++)
		((uint8_t *)(udp + 1))[i] = number + i;
}

/* Put a frame into as many buffers as it takes. */
static struct rte_mbuf *
make_mbuf(const uint8_t *frame, uint16_t len)
{
	struct rte_mbuf *first = NULL;
	struct rte_mbuf *mbuf;
	uint16_t part;

	while (len > 0) {
		mbuf = rte_pktmbuf_alloc(pool);
		if (mbuf == NULL)
			goto error;
		part = RTE_MIN(len, rte_pktmbuf_tailroom(mbuf));
		memcpy(rte_pktmbuf_append(mbuf, part), frame, part);
		frame += part;
		len -= part;
		if (first == NULL) {
			first = mbuf;
		} else if (rte_pktmbuf_chain(first, mbuf) != 0) {
			rte_pktmbuf_free(mbuf);
			goto error;
		}
	}

	return first;

error:
	rte_pktmbuf_free(first);
	return NULL;
}

static int
send_frame(const struct end *from, uint16_t queue, const struct rte_ether_addr *dst,
	   uint16_t len, uint16_t number)
{
	uint64_t begin = rte_get_timer_cycles();
	uint8_t frame[FRAME_MAX];
	struct rte_mbuf *mbuf;

	fill_frame(frame, dst, len, number);
	mbuf = make_mbuf(frame, len);
	if (mbuf == NULL)
		return -1;
	while (rte_eth_tx_burst(from->port, queue, &mbuf, 1) == 0) {
		if (is_over(begin, TIMEOUT_S)) {
			printf("%s: queue %u is full\n", from->name, queue);
			rte_pktmbuf_free(mbuf);
			return -1;
		}
	}

	return 0;
}

/* Return the number of a frame, or -1 if not all of it is as it was sent. */
static int
number_of(const struct rte_mbuf *mbuf)
{
	const unsigned int headers = sizeof(struct rte_ether_hdr) + sizeof(struct rte_ipv4_hdr) +
		sizeof(struct rte_udp_hdr);
	uint8_t expected[FRAME_MAX], copy[FRAME_MAX];
	uint32_t len = rte_pktmbuf_pkt_len(mbuf);
	const struct rte_ether_hdr *ether;
	const struct rte_udp_hdr *udp;
	const uint8_t *frame;
	uint16_t number;

	if (len < headers || len > FRAME_MAX)
		return -1;
	frame = rte_pktmbuf_read(mbuf, 0, len, copy);
	if (frame == NULL)
		return -1;
	ether = (const struct rte_ether_hdr *)frame;
	udp = (const struct rte_udp_hdr *)(frame + headers) - 1;
	number = rte_be_to_cpu_16(udp->src_port);
	fill_frame(expected, &ether->dst_addr, len, number);

	return memcmp(frame, expected, len) == 0 ? number : -1;
}

/* Return the number of the next frame that comes to any queue, or -1. */
static int
receive_frame(const struct end *to, uint16_t *queue)
{
	uint64_t begin = rte_get_timer_cycles();
	struct rte_mbuf *mbuf;
	int number;

	for (;;) {
		for (*queue = 0; *queue < to->queues; (*queue)++) {
			if (rte_eth_rx_burst(to->port, *queue, &mbuf, 1) == 0)
				continue;
			number = number_of(mbuf);
			if (number < 0)
				rte_pktmbuf_dump(stdout, mbuf, 64);
			rte_pktmbuf_free(mbuf);
			return number;
		}
		if (is_over(begin, TIMEOUT_S))
			break;
		rte_delay_us_sleep(POLL_US);
	}
	printf("%s: no frame comes\n", to->name);

	return -1;
}

/* Throw away what a former test case has left in the queues. */
static void
drain(const struct end *end)
{
	struct rte_mbuf *mbuf;
	uint16_t queue;

	for (queue = 0; queue < end->queues; queue++) {
		while (rte_eth_rx_burst(end->port, queue, &mbuf, 1) == 1)
			rte_pktmbuf_free(mbuf);
	}
}

/* Send frames to the MAC address of the other end; they come in order. */
static int
transfer(const struct end *from, const struct end *to, uint16_t len, unsigned int count)
{
	unsigned int i, sent = 0;
	uint16_t queue;

	for (i = 0; i < count; i++) {
		for (; sent < count && sent < i + BURST; sent++) {
			if (send_frame(from, 0, &to->mac, len, sent) != 0)
				return -1;
		}
		if (receive_frame(to, &queue) != (int)i) {
			printf("%s: frame %u of %u bytes does not come\n", to->name, i, len);
			return -1;
		}
	}

	return 0;
}

static int
transfer_both_ways(uint16_t len, unsigned int count)
{
	int ret = transfer(&ends[0], &ends[1], len, count);

	return ret == 0 ? transfer(&ends[1], &ends[0], len, count) : ret;
}

/*
 * Does a frame to this address arrive? Return 1 or 0, or -1 when nothing does:
 * the frame that follows must.
 */
static int
arrives(const struct end *from, const struct end *to, const struct rte_ether_addr *dst)
{
	uint16_t queue;
	int number;

	if (send_frame(from, 0, dst, FRAME_LEN, 1) != 0 ||
			send_frame(from, 0, &broadcast, FRAME_LEN, 2) != 0)
		return -1;
	number = receive_frame(to, &queue);
	if (number == 1)
		return receive_frame(to, &queue) == 2 ? 1 : -1;

	return number == 2 ? 0 : -1;
}

/*
 * Features
 */

static int
try_traffic(void)
{
	static const uint16_t lens[] = { 60, 61, 127, 1000, RTE_ETHER_MAX_LEN - 4 };
	unsigned int i;
	int ret;

	ret = start_plain();
	for (i = 0; ret == 0 && i < RTE_DIM(lens); i++)
		ret = transfer_both_ways(lens[i], FRAMES);

	return ret;
}

static int
transfer_jumbo(struct rte_mempool *rx_pool)
{
	const struct rte_eth_conf conf = { .rxmode.mtu = MTU };
	uint16_t mtu;
	unsigned int i;
	int ret;

	if (ends[0].info.max_mtu < MTU)
		return NONE;
	ret = start_both(&conf, 1, rx_pool);
	for (i = 0; ret == 0 && i < RTE_DIM(ends); i++) {
		if (rte_eth_dev_get_mtu(ends[i].port, &mtu) != 0 || mtu != MTU)
			ret = -1;
	}
	if (ret == 0)
		ret = transfer_both_ways(FRAME_MAX, FRAMES / 6);

	return ret;
}

static int
try_jumbo(void)
{
	return transfer_jumbo(big_pool);
}

/* Each frame arrives in several buffers. */
static int
try_scatter(void)
{
	return transfer_jumbo(pool);
}

static int
try_mtu(void)
{
	unsigned int i;
	uint16_t mtu;
	int ret;

	ret = start_plain();
	for (i = 0; ret == 0 && i < RTE_DIM(ends); i++) {
		ret = stop_port(&ends[i]);
		if (ret == 0)
			ret = rte_eth_dev_set_mtu(ends[i].port, 1400);
		if (ret == 0)
			ret = run_port(&ends[i]);
		if (ret == 0)
			ret = await_link(&ends[i], true);
		if (ret == 0 && (rte_eth_dev_get_mtu(ends[i].port, &mtu) != 0 || mtu != 1400))
			ret = -1;
	}
	if (ret == 0)
		ret = transfer_both_ways(RTE_ETHER_HDR_LEN + 1400, FRAMES / 6);

	return ret;
}

/* Does a switch decide whether frames to this address arrive? */
static int
try_switch(const struct rte_ether_addr *dst, int (*enable)(uint16_t), int (*disable)(uint16_t))
{
	int without, with, again;
	int ret;

	ret = start_plain();
	if (ret == 0)
		ret = rte_eth_promiscuous_disable(ends[1].port);
	if (ret == 0)
		ret = rte_eth_allmulticast_disable(ends[1].port);
	if (ret != 0)
		return ret;
	drain(&ends[1]);
	without = arrives(&ends[0], &ends[1], dst);
	ret = enable(ends[1].port);
	if (ret != 0)
		return ret;
	with = arrives(&ends[0], &ends[1], dst);
	ret = disable(ends[1].port);
	if (ret != 0)
		return ret;
	again = arrives(&ends[0], &ends[1], dst);
	printf("arrives: %d, %d, %d\n", without, with, again);

	return without == 0 && with == 1 && again == 0 ? 0 : -1;
}

static int
try_promiscuous(void)
{
	return try_switch(&stranger, rte_eth_promiscuous_enable, rte_eth_promiscuous_disable);
}

static int
try_allmulticast(void)
{
	return try_switch(&multicast, rte_eth_allmulticast_enable, rte_eth_allmulticast_disable);
}

static int
join(uint16_t port)
{
	struct rte_ether_addr group = multicast;

	return rte_eth_dev_set_mc_addr_list(port, &group, 1);
}

static int
leave(uint16_t port)
{
	return rte_eth_dev_set_mc_addr_list(port, NULL, 0);
}

static int
try_multicast_list(void)
{
	return try_switch(&multicast, join, leave);
}

static int
take_address(uint16_t port)
{
	struct rte_ether_addr mac = stranger;

	return rte_eth_dev_default_mac_addr_set(port, &mac);
}

static int
give_address_back(uint16_t port)
{
	return rte_eth_dev_default_mac_addr_set(port, &ends[1].mac);
}

static int
try_mac_address(void)
{
	return try_switch(&stranger, take_address, give_address_back);
}

static int
try_link(void)
{
	int ret;

	ret = start_plain();
	if (ret == 0)
		ret = set_link(&ends[0], false);
	if (ret == 0)
		ret = await_link(&ends[0], false);
	if (ret == 0)
		ret = set_link(&ends[0], true);
	if (ret == 0)
		ret = await_link(&ends[0], true);
	if (ret == 0)
		ret = transfer_both_ways(FRAME_LEN, FRAMES / 6);

	return ret;
}

static int
on_link(uint16_t port __rte_unused, enum rte_eth_event_type event __rte_unused,
	void *fd, void *ret_param __rte_unused)
{
	return eventfd_write(*(int *)fd, 1);
}

/* Change the link, and wait for the event, before anybody asks the device. */
static int
change_link(int fd, bool up)
{
	struct pollfd event = { .fd = fd, .events = POLLIN };
	eventfd_t count;

	if (set_link(&ends[0], up) != 0)
		return -1;
	if (poll(&event, 1, TIMEOUT_S * 1000) != 1 || eventfd_read(fd, &count) != 0) {
		printf("%s: no event for the link %s\n", ends[0].name, up ? "up" : "down");
		return -1;
	}

	return await_link(&ends[0], up);
}

static int
try_link_interrupt(void)
{
	const struct rte_eth_conf conf = { .intr_conf.lsc = 1 };
	int fd, ret;

	if ((*ends[0].info.dev_flags & RTE_ETH_DEV_INTR_LSC) == 0)
		return NONE;
	fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (fd < 0)
		return -1;
	ret = start_both(&conf, 1, pool);
	if (ret == 0)
		ret = rte_eth_dev_callback_register(ends[0].port, RTE_ETH_EVENT_INTR_LSC,
						    on_link, &fd);
	if (ret == 0)
		ret = change_link(fd, false);
	if (ret == 0)
		ret = change_link(fd, true);
	set_link(&ends[0], true);
	/* it may be running */
	while (rte_eth_dev_callback_unregister(ends[0].port, RTE_ETH_EVENT_INTR_LSC, on_link,
					       &fd) == -EAGAIN)
		rte_delay_us_sleep(POLL_US);
	close(fd);
	if (ret == 0)
		ret = transfer_both_ways(FRAME_LEN, FRAMES / 6);

	return ret;
}

/* Sleep until a frame comes, receive it, and tell of what else wakes us. */
static int
sleep_and_receive(unsigned int number)
{
	struct rte_epoll_event event;
	uint16_t queue;
	int ret;

	ret = rte_eth_dev_rx_intr_enable(ends[1].port, 0);
	if (ret != 0)
		return ret;
	if (rte_epoll_wait(RTE_EPOLL_PER_THREAD, &event, 1, 20) > 0)
		printf("%s: an interrupt without a frame\n", ends[1].name);
	if (send_frame(&ends[0], 0, &ends[1].mac, FRAME_LEN, number) != 0)
		return -1;
	ret = rte_epoll_wait(RTE_EPOLL_PER_THREAD, &event, 1, TIMEOUT_S * 1000);
	if (ret != 1) {
		printf("%s: no interrupt for a frame: %d\n", ends[1].name, ret);
		return -1;
	}
	ret = rte_eth_dev_rx_intr_disable(ends[1].port, 0);

	return ret == 0 && receive_frame(&ends[1], &queue) != (int)number ? -1 : ret;
}

static int
try_rx_interrupt(void)
{
	const struct rte_eth_conf conf = { .intr_conf.rxq = 1 };
	unsigned int i;
	int ret;

	ret = start_both(&conf, 1, pool);
	if (ret != 0)
		return ret;
	drain(&ends[1]);
	ret = rte_eth_dev_rx_intr_ctl_q(ends[1].port, 0, RTE_EPOLL_PER_THREAD,
					RTE_INTR_EVENT_ADD, NULL);
	if (ret != 0) {
		printf("rx_intr_ctl_q: %d\n", ret);
		return ret;
	}
	for (i = 0; ret == 0 && i < 20; i++)
		ret = sleep_and_receive(i);
	rte_eth_dev_rx_intr_ctl_q(ends[1].port, 0, RTE_EPOLL_PER_THREAD, RTE_INTR_EVENT_DEL,
				  NULL);

	return ret;
}

static uint16_t
max_queues(void)
{
	uint16_t max = RTE_MIN(ends[0].info.max_rx_queues, ends[0].info.max_tx_queues);

	return RTE_MIN(max, QUEUES);
}

/* Send from every queue, and count what comes to each of the other end's. */
static int
transfer_by_queues(uint16_t queues, unsigned int counts[QUEUES])
{
	unsigned int i, sent = 0;
	uint16_t queue;

	for (i = 0; i < FRAMES; i++) {
		for (; sent < FRAMES && sent < i + BURST; sent++) {
			if (send_frame(&ends[0], sent % queues, &ends[1].mac, FRAME_LEN,
				       sent) != 0)
				return -1;
		}
		if (receive_frame(&ends[1], &queue) < 0)
			return -1;
		counts[queue]++;
	}
	printf("frames of %u queues at each queue: %u %u %u %u\n", queues,
	       counts[0], counts[1], counts[2], counts[3]);

	return 0;
}

static int
try_queues(void)
{
	const struct rte_eth_conf conf = { .rxmode.mtu = 0 };
	unsigned int counts[QUEUES] = { 0 };
	int ret;

	if (max_queues() < 2)
		return NONE;
	ret = start_both(&conf, max_queues(), pool);

	return ret == 0 ? transfer_by_queues(max_queues(), counts) : ret;
}

static int
try_rss(void)
{
	const struct rte_eth_conf conf = {
		.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS,
		.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_IP | RTE_ETH_RSS_UDP,
	};
	unsigned int counts[QUEUES] = { 0 };
	unsigned int used = 0;
	unsigned int i;
	int ret;

	if (max_queues() < 2 || ends[0].info.flow_type_rss_offloads == 0)
		return NONE;
	ret = start_both(&conf, max_queues(), pool);
	if (ret == 0)
		ret = transfer_by_queues(max_queues(), counts);
	for (i = 0; i < QUEUES; i++)
		used += counts[i] > 0;

	return ret == 0 && used < 2 ? -1 : ret;
}

static int
check_stats(const struct end *from, const struct end *to, unsigned int count)
{
	struct rte_eth_stats sent, received;
	uint64_t begin = rte_get_timer_cycles();
	int ret;

	do {
		ret = rte_eth_stats_get(from->port, &sent);
		if (ret == 0)
			ret = rte_eth_stats_get(to->port, &received);
	} while (ret == 0 && (sent.opackets < count || received.ipackets < count) &&
			!is_over(begin, TIMEOUT_S));
	if (ret != 0)
		return ret;

	printf("%" PRIu64 " packets of %" PRIu64 " bytes sent, "
	       "%" PRIu64 " packets of %" PRIu64 " bytes received, of %u of %u\n",
	       sent.opackets, sent.obytes, received.ipackets, received.ibytes,
	       count, FRAME_LEN * count);

	return sent.opackets == count && received.ipackets == count &&
		sent.obytes >= FRAME_LEN * count && received.ibytes >= FRAME_LEN * count &&
		sent.ipackets == 0 && received.opackets == 0 ? 0 : -1;
}

static int
try_stats(void)
{
	unsigned int i;
	int ret;

	ret = start_plain();
	for (i = 0; ret == 0 && i < RTE_DIM(ends); i++)
		ret = rte_eth_stats_reset(ends[i].port);
	if (ret == 0)
		ret = transfer(&ends[0], &ends[1], FRAME_LEN, FRAMES);
	if (ret == 0)
		ret = check_stats(&ends[0], &ends[1], FRAMES);
	for (i = 0; ret == 0 && i < RTE_DIM(ends); i++)
		ret = rte_eth_stats_reset(ends[i].port);

	return ret == 0 ? check_stats(&ends[0], &ends[1], 0) : ret;
}

static int
try_restart(void)
{
	unsigned int i, round;
	int ret;

	ret = start_plain();
	for (round = 0; ret == 0 && round < 2; round++) {
		for (i = 0; ret == 0 && i < RTE_DIM(ends); i++) {
			ret = stop_port(&ends[i]);
			if (ret == 0)
				ret = run_port(&ends[i]);
		}
		for (i = 0; ret == 0 && i < RTE_DIM(ends); i++)
			ret = await_link(&ends[i], true);
		if (ret == 0)
			ret = transfer_both_ways(FRAME_LEN, FRAMES / 6);
	}

	return ret;
}

static int
try_reset(void)
{
	int ret;

	ret = start_plain();
	if (ret == 0)
		ret = transfer_both_ways(FRAME_LEN, BURST);
	if (ret == 0)
		ret = rte_eth_dev_reset(ends[0].port);
	if (ret != 0)
		return ret;
	ends[0].is_started = false;
	are_plain = false;
	ret = start_plain();

	return ret == 0 ? transfer_both_ways(FRAME_LEN, FRAMES / 6) : ret;
}

static int
find_end(struct end *end)
{
	int ret;

	ret = rte_eth_dev_info_get(end->port, &end->info);
	if (ret != 0)
		return ret;
	strlcpy(end->name, rte_dev_name(end->info.device), sizeof(end->name));
	end->is_started = false;

	return rte_eth_macaddr_get(end->port, &end->mac);
}

/* The device has the port with the name that it had before. */
static int
reopen(struct end *end)
{
	char name[RTE_ETH_NAME_MAX_LEN];
	int ret;

	ret = rte_eth_dev_get_name_by_port(end->port, name);
	if (ret == 0)
		ret = stop_port(end);
	if (ret == 0)
		ret = rte_dev_remove(end->info.device);
	if (ret == 0 && rte_eth_dev_is_valid_port(end->port))
		ret = -1;
	if (ret == 0)
		ret = rte_dev_probe(end->name);
	if (ret == 0)
		ret = rte_eth_dev_get_port_by_name(name, &end->port);

	return ret == 0 ? find_end(end) : ret;
}

static int
try_reopen(void)
{
	unsigned int i;
	int ret;

	ret = start_plain();
	for (i = 0; ret == 0 && i < RTE_DIM(ends); i++) {
		ret = reopen(&ends[i]);
		if (ret == 0)
			ret = start_plain();
		if (ret == 0)
			ret = transfer_both_ways(FRAME_LEN, FRAMES / 6);
	}

	return ret;
}

static const struct {
	const char *name;
	int (*try)(void);
} features[] = {
	{ "traffic both ways", try_traffic },
	{ "promiscuous mode", try_promiscuous },
	{ "all multicast", try_allmulticast },
	{ "multicast addresses", try_multicast_list },
	{ "MAC address", try_mac_address },
	{ "statistics", try_stats },
	/*
	 * Interrupts of the link come before all else that changes it: one that waits is
	 * served while the port starts, and with this feature, virtio's PMD then may take
	 * the link for down until it changes again.
	 */
	{ "link interrupt", try_link_interrupt },
	{ "link status", try_link },
	{ "Rx interrupt", try_rx_interrupt },
	{ "smaller MTU", try_mtu },
	{ "jumbo frames", try_jumbo },
	{ "jumbo frames, scattered", try_scatter },
	{ "several queues", try_queues },
	{ "RSS", try_rss },
	{ "stop and start", try_restart },
	{ "device reset", try_reset },
	{ "close and reopen", try_reopen },
};

static void
try_features(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < RTE_DIM(features); i++) {
		ret = features[i].try();
		/* frames that it left in the rings are no matter of the next one */
		if (ret < 0)
			are_plain = false;
		printf("feature: %s: %s\n", features[i].name,
		       ret == 0 ? "yes" : ret == NONE ? "none" : "no");
	}
}

/* Take the next two ports from the list of names. */
static int
find_pair(char **names)
{
	unsigned int i;

	memset(ends, 0, sizeof(ends));
	are_plain = false;
	for (i = 0; i < RTE_DIM(ends); i++) {
		const char *name = strsep(names, " ");

		if (name == NULL || rte_eth_dev_get_port_by_name(name, &ends[i].port) != 0 ||
				find_end(&ends[i]) != 0)
			return -1;
	}

	return 0;
}

static int
try_pairs(char *names)
{
	unsigned int pair;
	unsigned int i;

	for (pair = 0; names != NULL; pair++) {
		printf("pair: %u\n", pair);
		if (find_pair(&names) != 0)
			return -1;
		try_features();
		for (i = 0; i < RTE_DIM(ends); i++) {
			stop_port(&ends[i]);
			rte_eth_dev_close(ends[i].port);
		}
	}

	return 0;
}

static int
test_bus_mdev_pmds(void)
{
	char *names;
	int ret;

	if (getenv(LINK_VARIABLE) == NULL || getenv(PORTS_VARIABLE) == NULL) {
		printf("ports, wired back-to-back, " PORTS_VARIABLE " and " LINK_VARIABLE
		       " are needed\n");
		return TEST_SKIPPED;
	}
	names = strdup(getenv(PORTS_VARIABLE));
	pool = rte_pktmbuf_pool_create("mdev_pmds", POOL_SIZE, 0, 0,
				       RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	big_pool = rte_pktmbuf_pool_create("mdev_pmds_big", BIG_POOL_SIZE, 0, 0,
					   RTE_PKTMBUF_HEADROOM + BIG_BUFFER, SOCKET_ID_ANY);
	TEST_ASSERT(names != NULL && pool != NULL && big_pool != NULL, "no memory for frames");

	/* drivers wait long, and other machines have work to do */
	rte_delay_us_callback_register(rte_delay_us_sleep);

	ret = try_pairs(names);
	rte_mempool_free(big_pool);
	rte_mempool_free(pool);
	free(names);
	TEST_ASSERT_SUCCESS(ret, "no information on a port");

	return TEST_SUCCESS;
}

REGISTER_DRIVER_TEST(bus_mdev_pmds_autotest, test_bus_mdev_pmds);
