/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * The Internet checksum, for the programs that check our modules from user space.
 */

#ifndef MDEV_SUMS_H
#define MDEV_SUMS_H

#include <netinet/in.h>
#include <netinet/ip.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Of data of an even length */
static inline uint32_t add_words(uint32_t sum, const void *data, size_t len)
{
	uint16_t word;

	for (; len >= sizeof(word); len -= sizeof(word)) {
		memcpy(&word, data, sizeof(word));
		sum += word;
		data = (const uint8_t *)data + sizeof(word);
	}
	return sum;
}

static inline uint16_t fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return sum + (sum >> 16);
}

static inline uint16_t ip_checksum(const void *data, size_t len)
{
	return ~fold(add_words(0, data, len));
}

/* What is in the checksum of TCP or UDP, but not in the segment of this length */
static inline uint32_t pseudo_sum(const struct iphdr *ip, uint8_t protocol, size_t len)
{
	return add_words(htons(protocol) + htons(len), &ip->saddr, 2 * sizeof(ip->saddr));
}

#endif /* MDEV_SUMS_H */
