// SPDX-License-Identifier: BSD-3-Clause
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * Traffic for the tests of mdev_queues, and who looks at it.
 *
 *	traffic frames INTERFACE MAC COUNT RATE KIND...
 *						frames per second to 10.9.0.1, in turn of each
 *						KIND: "tcp:PORT" (SYNs), "udp:PORT", or "other"
 *	traffic kinds INTERFACE MAC		1, 2, 4 and so on of each kind of frames: how
 *						many match a rule tells which
 *	traffic send ADDRESS PORT FILE MS	1,000 numbered datagrams per second
 *	traffic trains ADDRESS PORT COUNT	one datagram, and one by one COUNT trains of 10
 *	traffic listen PORT FILE		notes what a socket of the kernel gets
 *	traffic gaps FILE [FIRST]		"MS LOST USER KERNEL BOTH": the time in which
 *						nobody got any, and how many, from the first on
 */

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <time.h>

#include "user.h"

/* An Ethernet type that nobody takes: for experiments */
#define EXPERIMENTAL	0x88b5
/* Frames that follow each other: to sleep takes a virtual machine longer than to send. */
#define BURST		64

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

static void make_frame(struct frame *frame, const char *mac, const char *kind)
{
	bool is_tcp = !strncmp(kind, "tcp:", 4);

	memset(frame, 0, sizeof(*frame));
	check(ether_aton_r(mac, (struct ether_addr *)frame->eth.ether_dhost));
	frame->eth.ether_shost[0] = 2;
	frame->eth.ether_type = htons(EXPERIMENTAL);
	if (!strcmp(kind, "other"))
		return;
	check(is_tcp || !strncmp(kind, "udp:", 4));
	frame->eth.ether_type = htons(ETHERTYPE_IP);
	frame->ip = (struct iphdr){
		.version = 4, .ihl = 5, .ttl = 64,
		.protocol = is_tcp ? IPPROTO_TCP : IPPROTO_UDP,
		.tot_len = htons(sizeof(*frame) - sizeof(frame->eth)),
		.saddr = inet_addr("10.9.0.2"), .daddr = inet_addr("10.9.0.1"),
	};
	frame->ip.check = ip_checksum((char *)frame + sizeof(frame->eth), sizeof(frame->ip));
	/* Ports are at the same place in both. */
	frame->udp.dest = htons(atoi(kind + 4));
	if (is_tcp) {
		frame->tcp.doff = sizeof(frame->tcp) / 4;
		frame->tcp.syn = 1;
		frame->tcp.window = htons(1000);
	} else {
		/* A checksum of 0 is none. */
		frame->udp.len = htons(sizeof(*frame) - sizeof(frame->eth) - sizeof(frame->ip));
	}
}

static void number_frame(struct frame *frame, unsigned int i)
{
	frame->udp.source = htons(1024 + i % 60000);
	if (frame->ip.protocol == IPPROTO_TCP)
		frame->tcp.seq = htonl(i);
}

/* To send by a raw socket to an interface */
static int open_raw(const char *interface, struct sockaddr_ll *to)
{
	int s = socket(AF_PACKET, SOCK_RAW, 0);

	*to = (struct sockaddr_ll){
		.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(interface),
	};
	check(s >= 0 && to->sll_ifindex);
	return s;
}

static void send_frames(const char *interface, const char *mac, unsigned int count,
			unsigned int rate, char *kinds[], unsigned int nr_kinds)
{
	struct sockaddr_ll to;
	int s = open_raw(interface, &to);
	uint64_t start = now_ns();
	struct frame frames[8], *frame;
	unsigned int i;

	check(rate && nr_kinds <= ARRAY_SIZE(frames));
	for (i = 0; i < nr_kinds; i++)
		make_frame(&frames[i], mac, kinds[i]);
	for (i = 0; i < count; i++) {
		if (i % BURST == 0)
			sleep_until(start + i * 1000000000ULL / rate);
		frame = &frames[i % nr_kinds];
		number_frame(frame, i);
		/* What has no room at the receiver has not been sent. */
		while (sendto(s, frame, sizeof(*frame), 0, (void *)&to, sizeof(to)) < 0) {
			check(errno == ENOBUFS);
			sleep_until(now_ns() + 1000000);
		}
	}
}

struct kind {
	uint16_t type;		/* of Ethernet */
	uint8_t protocol;
	uint16_t port;
	uint16_t vlan;
	uint16_t fragment;
	uint8_t tos;
};

static const struct kind kinds[] = {
	{ .type = ETHERTYPE_IP, .protocol = IPPROTO_UDP, .port = 1000 },
	{ .type = ETHERTYPE_IP, .protocol = IPPROTO_TCP, .port = 1000 },
	{ .type = ETHERTYPE_IPV6, .protocol = IPPROTO_UDP, .port = 1000 },
	{ .type = ETHERTYPE_IPV6, .protocol = IPPROTO_TCP, .port = 1000 },
	{ .type = ETHERTYPE_IP, .protocol = IPPROTO_UDP, .port = 1000, .vlan = 5 },
	{ .type = ETHERTYPE_IP, .protocol = IPPROTO_UDP, .port = 1000, .fragment = IP_MF },
	{ .type = EXPERIMENTAL },
	{ .type = ETHERTYPE_IP, .protocol = IPPROTO_UDP, .port = 2000, .tos = 0x20 },
};

/* Ports are at the same place in both; of TCP it is a SYN. */
static char *add_segment(char *at, const struct kind *kind)
{
	struct tcphdr *tcp = (void *)at;
	struct udphdr *udp = (void *)at;
	bool is_tcp = kind->protocol == IPPROTO_TCP;

	udp->source = htons(1024);
	udp->dest = htons(kind->port);
	if (is_tcp) {
		tcp->doff = sizeof(*tcp) / 4;
		tcp->syn = 1;
	} else {
		udp->len = htons(sizeof(*udp));
	}
	return at + (is_tcp ? sizeof(*tcp) : sizeof(*udp));
}

static char *add_ipv4(char *at, const struct kind *kind)
{
	struct iphdr *ip = (void *)at;
	char *end = add_segment((char *)(ip + 1), kind);

	*ip = (struct iphdr){
		.version = 4, .ihl = 5, .ttl = 64, .protocol = kind->protocol, .tos = kind->tos,
		.tot_len = htons(end - at), .frag_off = htons(kind->fragment),
		.saddr = inet_addr("10.9.0.2"), .daddr = inet_addr("10.9.0.1"),
	};
	ip->check = ip_checksum(ip, sizeof(*ip));
	return end;
}

static char *add_ipv6(char *at, const struct kind *kind)
{
	struct ip6_hdr *ip = (void *)at;
	char *end = add_segment((char *)(ip + 1), kind);

	ip->ip6_vfc = 6 << 4;
	ip->ip6_nxt = kind->protocol;
	ip->ip6_hlim = 64;
	ip->ip6_plen = htons(end - (char *)(ip + 1));
	inet_pton(AF_INET6, "fd09::2", &ip->ip6_src);
	inet_pton(AF_INET6, "fd09::1", &ip->ip6_dst);
	return end;
}

/* Its length, of a frame of the shortest one that is 0 but for the MAC addresses */
static size_t make_kind(char *frame, const struct kind *kind)
{
	uint16_t *type = (void *)(frame + 2 * ETH_ALEN);
	char *end;

	if (kind->vlan) {
		*type++ = htons(ETHERTYPE_VLAN);
		*type++ = htons(kind->vlan);
	}
	*type++ = htons(kind->type);
	end = (char *)type;
	if (kind->type == ETHERTYPE_IP)
		end = add_ipv4(end, kind);
	else if (kind->type == ETHERTYPE_IPV6)
		end = add_ipv6(end, kind);
	return end - frame < ETH_ZLEN ? ETH_ZLEN : end - frame;
}

static void send_kinds(const char *interface, const char *mac)
{
	struct sockaddr_ll to;
	int s = open_raw(interface, &to);
	ssize_t len;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		char frame[128] = {};

		check(ether_aton_r(mac, (struct ether_addr *)frame));
		frame[ETH_ALEN] = 2;
		len = make_kind(frame, &kinds[i]);
		for (j = 0; j < 1U << i; j++)
			check(sendto(s, frame, len, 0, (void *)&to, sizeof(to)) == len);
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

/*
 * How long the one was missing that was lost: until the next one was sent, and no longer
 * than a sender takes that is not held up by others on a busy machine. Many that it then
 * sends at once miss next to nothing.
 */
static uint64_t missing_ns(const struct record *lost)
{
	uint64_t ns = lost[1].sent_ns ? lost[1].sent_ns - lost->sent_ns : 0;

	return ns < 1000000 ? ns : 1000000;
}

static void show_gaps(const char *file, unsigned int first)
{
	struct record *records = map_records(file);
	unsigned int i, lost = 0, user = 0, kernel = 0, both = 0;
	uint64_t gap = 0;

	for (i = first; i < MAX_RECORDS - 1 && records[i].sent_ns; i++) {
		user += !!(records[i].seen & SEEN_BY_USER);
		kernel += !!(records[i].seen & SEEN_BY_KERNEL);
		both += records[i].seen == (SEEN_BY_USER | SEEN_BY_KERNEL);
		lost += !records[i].seen;
		gap += records[i].seen ? 0 : missing_ns(&records[i]);
	}
	printf("%llu %u %u %u %u\n", (unsigned long long)gap / 1000000, lost, user, kernel, both);
}

int main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "frames") && argc > 6)
		send_frames(argv[2], argv[3], atoi(argv[4]), atoi(argv[5]), argv + 6, argc - 6);
	else if (!strcmp(what, "kinds") && argc == 4)
		send_kinds(argv[2], argv[3]);
	else if (!strcmp(what, "send") && argc == 6)
		send_numbers(argv[2], atoi(argv[3]), argv[4], atoi(argv[5]));
	else if (!strcmp(what, "trains") && argc == 5)
		send_trains(argv[2], atoi(argv[3]), atoi(argv[4]));
	else if (!strcmp(what, "listen") && argc == 4)
		listen_to(atoi(argv[2]), argv[3]);
	else if (!strcmp(what, "gaps") && (argc == 3 || argc == 4))
		show_gaps(argv[2], argc == 4 ? atoi(argv[3]) : 0);
	else
		return 2;
	return 0;
}
