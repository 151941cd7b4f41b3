// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * What rules compare: a frame becomes a key, and a rule is a key and a mask. Fragments
 * have no transport protocol, not even the first one: all of them go one way.
 */

#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/string.h>
#include <net/dsfield.h>
#include <net/ip.h>

#include "mdev_queues.h"

static void mq_key_ports(const struct sk_buff *skb, unsigned int off,
			 struct mq_key *key)
{
	const __be32 *ports;
	__be32 copy;

	if (key->ip_proto != IPPROTO_TCP && key->ip_proto != IPPROTO_UDP)
		return;
	ports = skb_header_pointer(skb, off, sizeof(copy), &copy);
	if (ports)
		key->ports = *ports;
}

static void mq_key_ipv4(const struct sk_buff *skb, struct mq_key *key)
{
	const struct iphdr *ip;
	struct iphdr copy;

	ip = skb_header_pointer(skb, 0, sizeof(copy), &copy);
	if (!ip || ip->version != 4 || ip->ihl * 4 < sizeof(*ip))
		return;
	key->tos = ip->tos;
	key->ip_src[0] = ip->saddr;
	key->ip_dst[0] = ip->daddr;
	if (ip_is_fragment(ip))
		return;
	key->ip_proto = ip->protocol;
	mq_key_ports(skb, ip->ihl * 4, key);
}

/* Behind other headers than those of TCP and UDP, nothing is looked for. */
static void mq_key_ipv6(const struct sk_buff *skb, struct mq_key *key)
{
	const struct ipv6hdr *ip;
	struct ipv6hdr copy;

	ip = skb_header_pointer(skb, 0, sizeof(copy), &copy);
	if (!ip || ip->version != 6)
		return;
	key->tos = ipv6_get_dsfield(ip);
	memcpy(key->ip_src, &ip->saddr, sizeof(key->ip_src));
	memcpy(key->ip_dst, &ip->daddr, sizeof(key->ip_dst));
	key->ip_proto = ip->nexthdr;
	mq_key_ports(skb, sizeof(*ip), key);
}

/* The data of the frame are behind its Ethernet header. */
void mq_match_frame(const struct sk_buff *skb, struct mq_key *key)
{
	const struct ethhdr *eth = eth_hdr(skb);

	memset(key, 0, sizeof(*key));
	ether_addr_copy(key->dst, eth->h_dest);
	ether_addr_copy(key->src, eth->h_source);
	key->proto = eth->h_proto;
	if (skb_vlan_tag_present(skb)) {
		key->vlan_tci = htons(skb_vlan_tag_get(skb));
		key->vlan_proto = skb->vlan_proto;
	}
	if (key->proto == htons(ETH_P_IP))
		mq_key_ipv4(skb, key);
	else if (key->proto == htons(ETH_P_IPV6))
		mq_key_ipv6(skb, key);
}

bool mq_match(const struct mq_rule *rule, const struct mq_key *key)
{
	const u64 *frame = (const u64 *)key;
	const u64 *value = (const u64 *)&rule->value;
	const u64 *mask = (const u64 *)&rule->mask;
	unsigned int i;

	for (i = 0; i < sizeof(*key) / sizeof(u64); i++)
		if ((frame[i] & mask[i]) != value[i])
			return false;
	return true;
}

/*
 * From ethtool's structures, which have the same form for what is compared and for the
 * mask
 */

static __be32 mq_ports(__be16 src, __be16 dst)
{
	const __be16 both[] = { src, dst };
	__be32 ports;

	memcpy(&ports, both, sizeof(ports));
	return ports;
}

static void mq_fill_ipv6(struct mq_key *key, const __be32 src[4],
			 const __be32 dst[4])
{
	memcpy(key->ip_src, src, sizeof(key->ip_src));
	memcpy(key->ip_dst, dst, sizeof(key->ip_dst));
}

static int mq_fill(struct mq_key *key, u32 type,
		   const union ethtool_flow_union *from)
{
	switch (type) {
	case ETHER_FLOW:
		ether_addr_copy(key->dst, from->ether_spec.h_dest);
		ether_addr_copy(key->src, from->ether_spec.h_source);
		key->proto = from->ether_spec.h_proto;
		return 0;
	case TCP_V4_FLOW:
	case UDP_V4_FLOW:
		key->ip_src[0] = from->tcp_ip4_spec.ip4src;
		key->ip_dst[0] = from->tcp_ip4_spec.ip4dst;
		key->ports = mq_ports(from->tcp_ip4_spec.psrc,
				      from->tcp_ip4_spec.pdst);
		key->tos = from->tcp_ip4_spec.tos;
		return 0;
	case IPV4_USER_FLOW:
		key->ip_src[0] = from->usr_ip4_spec.ip4src;
		key->ip_dst[0] = from->usr_ip4_spec.ip4dst;
		key->ports = from->usr_ip4_spec.l4_4_bytes;
		key->tos = from->usr_ip4_spec.tos;
		key->ip_proto = from->usr_ip4_spec.proto;
		return 0;
	case TCP_V6_FLOW:
	case UDP_V6_FLOW:
		mq_fill_ipv6(key, from->tcp_ip6_spec.ip6src,
			     from->tcp_ip6_spec.ip6dst);
		key->ports = mq_ports(from->tcp_ip6_spec.psrc,
				      from->tcp_ip6_spec.pdst);
		key->tos = from->tcp_ip6_spec.tclass;
		return 0;
	case IPV6_USER_FLOW:
		mq_fill_ipv6(key, from->usr_ip6_spec.ip6src,
			     from->usr_ip6_spec.ip6dst);
		key->ports = from->usr_ip6_spec.l4_4_bytes;
		key->tos = from->usr_ip6_spec.tclass;
		key->ip_proto = from->usr_ip6_spec.l4_proto;
		return 0;
	default:
		return -EINVAL;
	}
}

static void mq_fill_ext(struct mq_key *key, u32 flow_type,
			const struct ethtool_flow_ext *ext)
{
	if (flow_type & FLOW_MAC_EXT)
		ether_addr_copy(key->dst, ext->h_dest);
	if (flow_type & FLOW_EXT) {
		key->vlan_tci = ext->vlan_tci;
		key->vlan_proto = ext->vlan_etype;
	}
}

/* What the type of the flow says of protocols */
static void mq_fill_protocols(struct mq_rule *rule, u32 type)
{
	bool is_ipv6 = type == TCP_V6_FLOW || type == UDP_V6_FLOW ||
		       type == IPV6_USER_FLOW;
	bool is_tcp = type == TCP_V4_FLOW || type == TCP_V6_FLOW;
	bool is_udp = type == UDP_V4_FLOW || type == UDP_V6_FLOW;

	if (type == ETHER_FLOW)
		return;
	rule->mask.proto = htons(0xffff);
	rule->value.proto = htons(is_ipv6 ? ETH_P_IPV6 : ETH_P_IP);
	if (is_tcp || is_udp) {
		rule->mask.ip_proto = 0xff;
		rule->value.ip_proto = is_tcp ? IPPROTO_TCP : IPPROTO_UDP;
	}
}

int mq_match_compile(struct mq_rule *rule)
{
	const struct ethtool_rx_flow_spec *spec = &rule->spec;
	u32 type = spec->flow_type & ~(FLOW_EXT | FLOW_MAC_EXT);
	u64 *value = (u64 *)&rule->value;
	const u64 *mask = (const u64 *)&rule->mask;
	unsigned int i;
	int ret;

	BUILD_BUG_ON(sizeof(rule->value) % sizeof(u64));
	BUILD_BUG_ON(offsetofend(struct mq_key, ip_dst) !=
		     sizeof(struct mq_key));
	ret = mq_fill(&rule->value, type, &spec->h_u) ?:
	      mq_fill(&rule->mask, type, &spec->m_u);
	if (ret)
		return ret;
	/* For drivers that have something of their own to compare */
	if (spec->flow_type & FLOW_EXT &&
	    (spec->m_ext.data[0] || spec->m_ext.data[1]))
		return -EINVAL;
	mq_fill_ext(&rule->value, spec->flow_type, &spec->h_ext);
	mq_fill_ext(&rule->mask, spec->flow_type, &spec->m_ext);
	mq_fill_protocols(rule, type);
	for (i = 0; i < sizeof(rule->value) / sizeof(u64); i++)
		value[i] &= mask[i];
	return 0;
}
