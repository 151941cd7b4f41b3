/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef TEST_MDEV_NIC_H
#define TEST_MDEV_NIC_H

/**
 * @file
 * The sample NIC (kernel/linux/mdev_vnet) for tests, which run as root: its
 * creation and removal in sysfs, and traffic between its two ends. One end is
 * an Ethernet port, the other one a network interface of the kernel.
 */

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_string_fns.h>

#include "test_mdev.h"

/* Writing a UUID to this file creates a NIC. */
#define MDEV_NIC_CREATE MDEV_CREATE("mdev_vnet", "nic")

#define MDEV_NIC_FRAMES 32
#define MDEV_NIC_FRAME_LEN 300
#define MDEV_NIC_RING_SIZE 64
/* What the rings and the frames on their way may hold at a time. */
#define MDEV_NIC_MBUFS (2 * MDEV_NIC_RING_SIZE + MDEV_NIC_FRAMES)

/* A type that IEEE 802 sets aside for experiments. */
#define MDEV_NIC_ETHER_TYPE 0x88b5

static inline int
mdev_nic_create(const char *uuid)
{
	return mdev_write_file(MDEV_NIC_CREATE, uuid);
}

/* Find the name of the NIC's network interface. */
static inline int
mdev_nic_interface(const char *uuid, char name[IF_NAMESIZE])
{
	struct dirent *entry;
	char path[PATH_MAX];
	DIR *dir;

	name[0] = '\0';
	snprintf(path, sizeof(path), MDEV_DEVICES "/%s/net", uuid);
	dir = opendir(path);
	if (dir == NULL)
		return -errno;
	while ((entry = readdir(dir)) != NULL) {
		/* what does not fit is no name of an interface */
		if (entry->d_name[0] != '.' &&
				strlcpy(name, entry->d_name, IF_NAMESIZE) >= IF_NAMESIZE)
			name[0] = '\0';
	}
	closedir(dir);

	return name[0] != '\0' ? 0 : -ENODEV;
}

/*
 * Set an interface up, and open a socket to send and receive frames through
 * it. They bypass the queueing discipline, which may drop some while the
 * kernel makes itself acquainted with the new carrier.
 */
static inline int
mdev_nic_open(const char *interface)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(MDEV_NIC_ETHER_TYPE),
	};
	struct ifreq request = { .ifr_flags = 0 };
	int on = 1;
	int fd;

	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;

	strlcpy(request.ifr_name, interface, sizeof(request.ifr_name));
	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		goto error;
	request.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		goto error;

	address.sll_ifindex = if_nametoindex(interface);
	if (setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)) < 0 ||
			bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		goto error;

	return fd;

error:
	printf("%s: %s\n", interface, strerror(errno));
	close(fd);
	return -1;
}

/* Configure and start a port; the receive buffers come from the pool. */
static inline int
mdev_nic_start(uint16_t port, struct rte_mempool *pool)
{
	const struct rte_eth_conf conf = { .txmode.mq_mode = RTE_ETH_MQ_TX_NONE };
	int ret;

	ret = rte_eth_dev_configure(port, 1, 1, &conf);
	if (ret == 0)
		ret = rte_eth_rx_queue_setup(port, 0, MDEV_NIC_RING_SIZE, SOCKET_ID_ANY,
					     NULL, pool);
	if (ret == 0)
		ret = rte_eth_tx_queue_setup(port, 0, MDEV_NIC_RING_SIZE, SOCKET_ID_ANY, NULL);
	if (ret == 0)
		ret = rte_eth_dev_start(port);

	return ret;
}

static inline bool
mdev_expired(uint64_t start)
{
	return rte_get_timer_cycles() - start >
		rte_get_timer_hz() * (MDEV_TIMEOUT_MS / 1000);
}

/* Each frame of an exchange differs from all others, in each of its bytes. */
static inline void
mdev_nic_fill(uint8_t *frame, uint8_t exchange, uint8_t number)
{
	unsigned int i;

	memset(frame, 0xff, 2 * RTE_ETHER_ADDR_LEN);
	frame[RTE_ETHER_ADDR_LEN] = 0x02; /* locally administered, no multicast */
	frame[12] = MDEV_NIC_ETHER_TYPE >> 8;
	frame[13] = MDEV_NIC_ETHER_TYPE & 0xff;
	frame[14] = exchange;
	for (i = 15; i < MDEV_NIC_FRAME_LEN; i++)
		frame[i] = number + i;
}

static inline bool
mdev_nic_matches(const uint8_t *frame, size_t len, uint8_t exchange, uint8_t number)
{
	uint8_t expected[MDEV_NIC_FRAME_LEN];

	mdev_nic_fill(expected, exchange, number);

	return len == sizeof(expected) && memcmp(frame, expected, len) == 0;
}

/* The first frame is not taken as long as the interface has no carrier. */
static inline ssize_t
mdev_nic_send_first(int fd, const uint8_t *frame, size_t len)
{
	uint64_t start = rte_get_timer_cycles();
	ssize_t sent;

	while ((sent = send(fd, frame, len, 0)) < 0 && errno == ENOBUFS && !mdev_expired(start))
		usleep(1000);

	return sent;
}

static inline int
mdev_nic_kernel_send(int fd, uint8_t exchange)
{
	uint8_t frame[MDEV_NIC_FRAME_LEN];
	unsigned int i;
	ssize_t sent;

	for (i = 0; i < MDEV_NIC_FRAMES; i++) {
		mdev_nic_fill(frame, exchange, i);
		sent = i == 0 ? mdev_nic_send_first(fd, frame, sizeof(frame)) :
			send(fd, frame, sizeof(frame), 0);
		if (sent != sizeof(frame)) {
			printf("the kernel cannot send: %s\n", strerror(errno));
			return -1;
		}
	}

	return 0;
}

/* Count the frames that arrive in the kernel, complete and in order. */
static inline unsigned int
mdev_nic_kernel_receive(int fd, uint8_t exchange)
{
	struct pollfd event = { .fd = fd, .events = POLLIN };
	uint8_t frame[2 * MDEV_NIC_FRAME_LEN];
	unsigned int count = 0;
	ssize_t len;

	while (count < MDEV_NIC_FRAMES && poll(&event, 1, MDEV_TIMEOUT_MS) == 1) {
		len = recv(fd, frame, sizeof(frame), 0);
		if (len < 0 || !mdev_nic_matches(frame, len, exchange, count))
			break;
		count++;
	}

	return count;
}

static inline int
mdev_nic_port_send(uint16_t port, struct rte_mempool *pool, uint8_t exchange)
{
	uint64_t start = rte_get_timer_cycles();
	struct rte_mbuf *mbuf;
	unsigned int i;
	char *frame;

	for (i = 0; i < MDEV_NIC_FRAMES; i++) {
		mbuf = rte_pktmbuf_alloc(pool);
		if (mbuf == NULL)
			return -1;
		frame = rte_pktmbuf_append(mbuf, MDEV_NIC_FRAME_LEN);
		if (frame != NULL)
			mdev_nic_fill((uint8_t *)frame, exchange, i);
		while (frame == NULL || rte_eth_tx_burst(port, 0, &mbuf, 1) == 0) {
			if (frame == NULL || mdev_expired(start)) {
				rte_pktmbuf_free(mbuf);
				return -1;
			}
		}
	}

	return 0;
}

/* The kernel sends frames of its own as well, which are left out. */
static inline bool
mdev_nic_is_ours(const struct rte_mbuf *mbuf)
{
	const uint8_t *frame = rte_pktmbuf_mtod(mbuf, const uint8_t *);

	return frame[12] == MDEV_NIC_ETHER_TYPE >> 8 &&
		frame[13] == (MDEV_NIC_ETHER_TYPE & 0xff);
}

/* Count the frames that arrive at the port, complete and in order. */
static inline unsigned int
mdev_nic_port_receive(uint16_t port, uint8_t exchange)
{
	uint64_t start = rte_get_timer_cycles();
	unsigned int count = 0;
	struct rte_mbuf *mbuf;
	bool wrong = false;

	while (count < MDEV_NIC_FRAMES && !wrong && !mdev_expired(start)) {
		if (rte_eth_rx_burst(port, 0, &mbuf, 1) == 0)
			continue;
		if (mdev_nic_is_ours(mbuf)) {
			wrong = !mdev_nic_matches(rte_pktmbuf_mtod(mbuf, uint8_t *),
						  rte_pktmbuf_data_len(mbuf), exchange, count);
			count += !wrong;
		}
		rte_pktmbuf_free(mbuf);
	}

	return count;
}

/*
 * Send frames from each end of a started NIC to the other, the port's from the
 * pool. Returns 0 if all of them arrive.
 */
static inline int
mdev_nic_exchange(const char *interface, uint16_t port, struct rte_mempool *pool)
{
	static uint8_t exchange;
	unsigned int to_kernel = 0, to_port = 0;
	int fd;

	exchange++;
	fd = mdev_nic_open(interface);
	if (fd < 0)
		return -1;

	if (mdev_nic_port_send(port, pool, exchange) == 0)
		to_kernel = mdev_nic_kernel_receive(fd, exchange);
	if (mdev_nic_kernel_send(fd, exchange) == 0)
		to_port = mdev_nic_port_receive(port, exchange);
	close(fd);

	if (to_kernel == MDEV_NIC_FRAMES && to_port == MDEV_NIC_FRAMES)
		return 0;

	printf("%s: of %u frames, %u came from the port and %u came to it\n",
	       interface, MDEV_NIC_FRAMES, to_kernel, to_port);
	return -1;
}

#endif /* TEST_MDEV_NIC_H */
