// SPDX-License-Identifier: BSD-3-Clause
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * Traffic for the tests of mdev_queues, and who looks at it.
 *
 *	traffic syns INTERFACE MAC COUNT RATE	TCP SYNs to 10.9.0.1, port 80
 *	traffic mix INTERFACE MAC COUNT RATE	UDP to 10.9.0.1, ports 1000 to 1003 in turn
 *	traffic send ADDRESS PORT FILE MS	1,000 numbered datagrams per second
 *	traffic trains ADDRESS PORT COUNT	one datagram, and one by one COUNT trains of 10
 *	traffic listen PORT FILE		notes what a socket of the kernel gets
 *	traffic gaps FILE			"MS LOST USER KERNEL": the longest time in
 *						which nobody got any, and how many
 */

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <time.h>

#include "user.h"

struct frame {
	struct ether_header eth;
	struct iphdr ip;
	union {
		struct tcphdr tcp;
		struct udphdr udp;
	};
} __attribute__((packed));

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static void sleep_until(uint64_t ns)
{
	struct timespec at = { ns / 1000000000, ns % 1000000000 };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

static void make_frame(struct frame *frame, const char *mac, uint8_t protocol)
{
	memset(frame, 0, sizeof(*frame));
	check(ether_aton_r(mac, (struct ether_addr *)frame->eth.ether_dhost));
	frame->eth.ether_shost[0] = 2;
	frame->eth.ether_type = htons(ETHERTYPE_IP);
	frame->ip = (struct iphdr){
		.version = 4, .ihl = 5, .ttl = 64, .protocol = protocol,
		.tot_len = htons(sizeof(*frame) - sizeof(frame->eth)),
		.saddr = inet_addr("10.9.0.2"), .daddr = inet_addr("10.9.0.1"),
	};
	frame->ip.check = ip_checksum((char *)frame + sizeof(frame->eth), sizeof(frame->ip));
}

static void number_frame(struct frame *frame, unsigned int i)
{
	if (frame->ip.protocol == IPPROTO_TCP) {
		frame->tcp = (struct tcphdr){
			.source = htons(1024 + i % 60000), .dest = htons(80),
			.seq = htonl(i), .doff = 5, .syn = 1, .window = htons(1000),
		};
	} else {
		/* A checksum of 0 is none. */
		frame->udp = (struct udphdr){
			.source = htons(1024 + i % 60000), .dest = htons(1000 + i % 4),
			.len = htons(sizeof(*frame) - sizeof(frame->eth) - sizeof(frame->ip)),
		};
	}
}

static void send_frames(const char *interface, const char *mac, uint8_t protocol,
			unsigned int count, unsigned int rate)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(interface),
	};
	int s = socket(AF_PACKET, SOCK_RAW, 0);
	uint64_t start = now_ns();
	struct frame frame;
	unsigned int i;

	check(s >= 0 && to.sll_ifindex);
	make_frame(&frame, mac, protocol);
	for (i = 0; i < count; i++) {
		if (i % 16 == 0)
			sleep_until(start + i * 1000000000ULL / rate);
		number_frame(&frame, i);
		check(sendto(s, &frame, sizeof(frame), 0, (void *)&to, sizeof(to)) ==
		      sizeof(frame));
	}
}

static void send_numbers(const char *address, int port, const char *file, unsigned int ms)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = inet_addr(address),
	};
	struct record *records = map_records(file);
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	uint64_t start = now_ns();
	uint32_t i;

	check(s >= 0 && ms <= MAX_RECORDS);
	for (i = 0; i < ms; i++) {
		sleep_until(start + i * 1000000ULL);
		records[i].sent_ns = now_ns();
		/* An error of an earlier one, as that nobody listens, is not this one's. */
		if (sendto(s, &i, sizeof(i), 0, (void *)&to, sizeof(to)) < 0)
			sendto(s, &i, sizeof(i), 0, (void *)&to, sizeof(to));
	}
}

/* One frame that the receiver, or a NIC, makes datagrams of; another flow each time */
static void send_train(const struct sockaddr_in *to, unsigned int cars)
{
	char data[1000] = "\x01\x02\x03";
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	int size = 100;

	check(s >= 0 && setsockopt(s, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof(size)) == 0);
	check(sendto(s, data, cars * size, 0, (const void *)to, sizeof(*to)) == (int)cars * size);
	close(s);
}

static void send_trains(const char *address, int port, unsigned int count)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = inet_addr(address),
	};

	send_train(&to, 1);
	while (count--)
		send_train(&to, 10);
}

static void listen_to(int port, const char *file)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct record *records = map_records(file);
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	int room = 1 << 24;	/* This process may have to wait for the processor. */
	uint32_t i;

	check(s >= 0 && setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) == 0);
	check(bind(s, (void *)&at, sizeof(at)) == 0);
	while (recv(s, &i, sizeof(i), 0) == sizeof(i))
		if (i < MAX_RECORDS)
			__atomic_or_fetch(&records[i].seen, SEEN_BY_KERNEL, __ATOMIC_RELAXED);
}

static void show_gaps(const char *file)
{
	struct record *records = map_records(file);
	unsigned int i, lost = 0, user = 0, kernel = 0, both = 0;
	uint64_t gap, longest = 0, last = records[0].sent_ns;

	for (i = 0; i < MAX_RECORDS && records[i].sent_ns; i++) {
		user += !!(records[i].seen & SEEN_BY_USER);
		kernel += !!(records[i].seen & SEEN_BY_KERNEL);
		both += records[i].seen == (SEEN_BY_USER | SEEN_BY_KERNEL);
		if (!records[i].seen) {
			lost++;
			continue;
		}
		/* From one that was seen to the next one, where some between were not */
		gap = i && !records[i - 1].seen ? records[i].sent_ns - last : 0;
		longest = gap > longest ? gap : longest;
		last = records[i].sent_ns;
	}
	printf("%llu %u %u %u %u\n", (unsigned long long)longest / 1000000, lost, user, kernel,
	       both);
}

int main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "syns") && argc == 6)
		send_frames(argv[2], argv[3], IPPROTO_TCP, atoi(argv[4]), atoi(argv[5]));
	else if (!strcmp(what, "mix") && argc == 6)
		send_frames(argv[2], argv[3], IPPROTO_UDP, atoi(argv[4]), atoi(argv[5]));
	else if (!strcmp(what, "send") && argc == 6)
		send_numbers(argv[2], atoi(argv[3]), argv[4], atoi(argv[5]));
	else if (!strcmp(what, "trains") && argc == 5)
		send_trains(argv[2], atoi(argv[3]), atoi(argv[4]));
	else if (!strcmp(what, "listen") && argc == 4)
		listen_to(atoi(argv[2]), argv[3]);
	else if (!strcmp(what, "gaps") && argc == 3)
		show_gaps(argv[2]);
	else
		return 2;
	return 0;
}
