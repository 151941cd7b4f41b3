/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <rte_common.h>
#include <rte_flow.h>
#include <rte_flow_driver.h>
#include <rte_malloc.h>

#include "netmdev_pmd.h"

/**
 * @file
 * Rules: a flow of rte_flow becomes one of those that "ethtool -N" makes as well, and the
 * kernel keeps it. What matches no rule is the kernel's, so that the port is always in
 * isolated mode.
 */

/* The kernel looks at rules by their locations; a priority has this many parts of them. */
#define NETMDEV_PRIORITIES 4

static const struct rte_flow_item_eth netmdev_eth_mask = {
	.hdr.dst_addr.addr_bytes = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
	.hdr.src_addr.addr_bytes = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
	.hdr.ether_type = RTE_BE16(0xffff),
};

static const struct rte_flow_item_vlan netmdev_vlan_mask = {
	.hdr.vlan_tci = RTE_BE16(0xffff),
};

static const struct rte_flow_item_ipv4 netmdev_ipv4_mask = {
	.hdr = {
		.type_of_service = 0xff,
		.next_proto_id = 0xff,
		.src_addr = RTE_BE32(0xffffffff),
		.dst_addr = RTE_BE32(0xffffffff),
	},
};

static const struct rte_flow_item_tcp netmdev_tcp_mask = {
	.hdr = {
		.src_port = RTE_BE16(0xffff),
		.dst_port = RTE_BE16(0xffff),
	},
};

static const struct rte_flow_item_udp netmdev_udp_mask = {
	.hdr = {
		.src_port = RTE_BE16(0xffff),
		.dst_port = RTE_BE16(0xffff),
	},
};

/* A rule in the making. */
struct netmdev_parser {
	struct netmdev_flow request;
	enum rte_flow_item_type l3; /* END: none yet */
	enum rte_flow_item_type l4;
	bool has_eth;
	bool has_vlan;
	bool has_fate;
	uint16_t nb_queues;         /* of the port */
};

static int
netmdev_flow_error(struct rte_flow_error *error, int code, enum rte_flow_error_type type,
		   const void *cause, const char *message)
{
	return rte_flow_error_set(error, code, type, cause, message);
}

/*
 * Pattern
 */

/* The masks and the headers of an item, of which only what is in supported can be compared. */
struct netmdev_item {
	const void *spec;
	const void *mask;
};

static int
netmdev_read_item(const struct rte_flow_item *item, const void *default_mask,
		  const void *supported, size_t size, struct netmdev_item *read,
		  struct rte_flow_error *error)
{
	const uint8_t *mask, *bits = supported;
	size_t i;

	read->spec = NULL;
	read->mask = NULL;
	if (item->last != NULL)
		return netmdev_flow_error(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ITEM_LAST, item,
					  "ranges are not supported");
	if (item->spec == NULL) {
		if (item->mask != NULL)
			return netmdev_flow_error(error, EINVAL, RTE_FLOW_ERROR_TYPE_ITEM_MASK,
						  item, "a mask without a specification");
		return 0;
	}

	mask = item->mask != NULL ? item->mask : default_mask;
	for (i = 0; i < size; i++) {
		if ((mask[i] & ~bits[i]) != 0)
			return netmdev_flow_error(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ITEM_MASK,
						  item, "a field that cannot be compared");
	}
	read->spec = item->spec;
	read->mask = mask;

	return 0;
}

static int
netmdev_parse_eth(struct netmdev_parser *parser, const struct rte_flow_item *item,
		  struct rte_flow_error *error)
{
	struct ethtool_rx_flow_spec *spec = &parser->request.spec;
	struct netmdev_item read;
	int ret;

	ret = netmdev_read_item(item, &rte_flow_item_eth_mask, &netmdev_eth_mask,
				sizeof(netmdev_eth_mask), &read, error);
	if (ret < 0)
		return ret;
	if (parser->has_eth || parser->has_vlan || parser->l3 != RTE_FLOW_ITEM_TYPE_END)
		return netmdev_flow_error(error, EINVAL, RTE_FLOW_ERROR_TYPE_ITEM, item,
					  "Ethernet is the outermost header");
	parser->has_eth = true;

	/* both begin as the header of a frame does; those of an IP rule come from here */
	if (read.spec != NULL) {
		memcpy(&spec->h_u.ether_spec, read.spec, sizeof(struct ethhdr));
		memcpy(&spec->m_u.ether_spec, read.mask, sizeof(struct ethhdr));
	}

	return 0;
}

static int
netmdev_parse_vlan(struct netmdev_parser *parser, const struct rte_flow_item *item,
		   struct rte_flow_error *error)
{
	struct ethtool_rx_flow_spec *spec = &parser->request.spec;
	const struct rte_flow_item_vlan *vlan, *mask;
	struct netmdev_item read;
	int ret;

	ret = netmdev_read_item(item, &rte_flow_item_vlan_mask, &netmdev_vlan_mask,
				sizeof(netmdev_vlan_mask), &read, error);
	if (ret < 0)
		return ret;
	vlan = read.spec;
	mask = read.mask;
	if (parser->has_vlan || parser->l3 != RTE_FLOW_ITEM_TYPE_END)
		return netmdev_flow_error(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ITEM, item,
					  "one VLAN tag can be compared, before IP");
	if (vlan == NULL || mask->hdr.vlan_tci == 0)
		return netmdev_flow_error(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ITEM_SPEC, item,
					  "a VLAN needs a number");
	if (spec->m_u.ether_spec.h_proto != 0)
		return netmdev_flow_error(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ITEM, item,
					  "VLAN and EtherType cannot be compared both");

	parser->has_vlan = true;
	spec->flow_type |= FLOW_EXT;
	spec->h_ext.vlan_tci = vlan->hdr.vlan_tci;
	spec->m_ext.vlan_tci = mask->hdr.vlan_tci;

	return 0;
}

/* Of the Ethernet header, an IP rule compares the destination alone. */
static int
netmdev_enter_ip(struct netmdev_parser *parser, const struct rte_flow_item *item,
		 struct rte_flow_error *error)
{
	struct ethtool_rx_flow_spec *spec = &parser->request.spec;
	const struct ethhdr *mask = &spec->m_u.ether_spec;

	if (parser->l3 != RTE_FLOW_ITEM_TYPE_END)
		return netmdev_flow_error(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ITEM, item,
					  "only one IP header can be compared");
	if (!rte_is_zero_ether_addr((const struct rte_ether_addr *)mask->h_source) ||
			mask->h_proto != 0)
		return netmdev_flow_error(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ITEM, item,
					  "of the Ethernet header, only the destination can be compared together with IP");

	parser->l3 = item->type;
	if (!rte_is_zero_ether_addr((const struct rte_ether_addr *)mask->h_dest)) {
		spec->flow_type |= FLOW_MAC_EXT;
		memcpy(spec->h_ext.h_dest, spec->h_u.ether_spec.h_dest, ETH_ALEN);
		memcpy(spec->m_ext.h_dest, mask->h_dest, ETH_ALEN);
	}
	memset(&spec->h_u, 0, sizeof(spec->h_u));
	memset(&spec->m_u, 0, sizeof(spec->m_u));

	return 0;
}

static int
netmdev_parse_ipv4(struct netmdev_parser *parser, const struct rte_flow_item *item,
		   struct rte_flow_error *error)
{
	struct ethtool_rx_flow_spec *spec = &parser->request.spec;
	struct ethtool_usrip4_spec *value = &spec->h_u.usr_ip4_spec;
	struct ethtool_usrip4_spec *mask = &spec->m_u.usr_ip4_spec;
	const struct rte_flow_item_ipv4 *ip;
	struct netmdev_item read;
	int ret;

	ret = netmdev_read_item(item, &rte_flow_item_ipv4_mask, &netmdev_ipv4_mask,
				sizeof(netmdev_ipv4_mask), &read, error);
	if (ret == 0)
		ret = netmdev_enter_ip(parser, item, error);
	if (ret < 0)
		return ret;

	value->ip_ver = ETH_RX_NFC_IP4;
	if (read.spec == NULL)
		return 0;
	ip = read.spec;
	value->ip4src = ip->hdr.src_addr;
	value->ip4dst = ip->hdr.dst_addr;
	value->tos = ip->hdr.type_of_service;
	value->proto = ip->hdr.next_proto_id;
	ip = read.mask;
	mask->ip4src = ip->hdr.src_addr;
	mask->ip4dst = ip->hdr.dst_addr;
	mask->tos = ip->hdr.type_of_service;
	mask->proto = ip->hdr.next_proto_id;

	return 0;
}

/* The header has the same layout in all releases: its addresses are read as bytes. */
static int
netmdev_parse_ipv6(struct netmdev_parser *parser, const struct rte_flow_item *item,
		   struct rte_flow_error *error)
{
	struct ethtool_rx_flow_spec *spec = &parser->request.spec;
	struct ethtool_usrip6_spec *value = &spec->h_u.usr_ip6_spec;
	struct ethtool_usrip6_spec *mask = &spec->m_u.usr_ip6_spec;
	struct rte_flow_item_ipv6 supported;
	const struct rte_flow_item_ipv6 *ip;
	struct netmdev_item read;
	int ret;

	memset(&supported, 0, sizeof(supported));
	supported.hdr.proto = 0xff;
	memset(&supported.hdr.src_addr, 0xff, sizeof(supported.hdr.src_addr));
	memset(&supported.hdr.dst_addr, 0xff, sizeof(supported.hdr.dst_addr));
	ret = netmdev_read_item(item, &rte_flow_item_ipv6_mask, &supported, sizeof(supported),
				&read, error);
	if (ret == 0)
		ret = netmdev_enter_ip(parser, item, error);
	if (ret < 0 || read.spec == NULL)
		return ret;

	ip = read.spec;
	memcpy(value->ip6src, &ip->hdr.src_addr, sizeof(value->ip6src));
	memcpy(value->ip6dst, &ip->hdr.dst_addr, sizeof(value->ip6dst));
	value->l4_proto = ip->hdr.proto;
	ip = read.mask;
	memcpy(mask->ip6src, &ip->hdr.src_addr, sizeof(mask->ip6src));
	memcpy(mask->ip6dst, &ip->hdr.dst_addr, sizeof(mask->ip6dst));
	mask->l4_proto = ip->hdr.proto;

	return 0;
}

/* Addresses stay where they are; the ports and the protocol have places of their own. */
static int
netmdev_enter_l4(struct netmdev_parser *parser, const struct rte_flow_item *item,
		 struct rte_flow_error *error)
{
	struct ethtool_rx_flow_spec *spec = &parser->request.spec;
	struct ethtool_tcpip4_spec *ip4 = &spec->h_u.tcp_ip4_spec;
	uint8_t proto, tos;

	if (parser->l3 == RTE_FLOW_ITEM_TYPE_END || parser->l4 != RTE_FLOW_ITEM_TYPE_END)
		return netmdev_flow_error(error, EINVAL, RTE_FLOW_ERROR_TYPE_ITEM, item,
					  "TCP or UDP comes once, after IP");
	parser->l4 = item->type;

	if (parser->l3 == RTE_FLOW_ITEM_TYPE_IPV6) {
		proto = spec->m_u.usr_ip6_spec.l4_proto;
		spec->h_u.usr_ip6_spec.l4_proto = 0;
		spec->m_u.usr_ip6_spec.l4_proto = 0;
	} else {
		proto = spec->m_u.usr_ip4_spec.proto;
		tos = spec->h_u.usr_ip4_spec.tos;
		spec->h_u.usr_ip4_spec.ip_ver = 0;
		spec->h_u.usr_ip4_spec.proto = 0;
		spec->m_u.usr_ip4_spec.proto = 0;
		ip4->tos = tos;
	}
	if (proto != 0)
		return netmdev_flow_error(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ITEM, item,
					  "the protocol of IP is given by this item alone");

	return 0;
}

static void
netmdev_set_ports(struct netmdev_parser *parser, rte_be16_t source, rte_be16_t destination,
		  union ethtool_flow_union *flow)
{
	if (parser->l3 == RTE_FLOW_ITEM_TYPE_IPV6) {
		flow->tcp_ip6_spec.psrc = source;
		flow->tcp_ip6_spec.pdst = destination;
	} else {
		flow->tcp_ip4_spec.psrc = source;
		flow->tcp_ip4_spec.pdst = destination;
	}
}

static int
netmdev_parse_tcp(struct netmdev_parser *parser, const struct rte_flow_item *item,
		  struct rte_flow_error *error)
{
	struct ethtool_rx_flow_spec *spec = &parser->request.spec;
	const struct rte_flow_item_tcp *tcp, *mask;
	struct netmdev_item read;
	int ret;

	ret = netmdev_read_item(item, &rte_flow_item_tcp_mask, &netmdev_tcp_mask,
				sizeof(netmdev_tcp_mask), &read, error);
	if (ret == 0)
		ret = netmdev_enter_l4(parser, item, error);
	if (ret < 0 || read.spec == NULL)
		return ret;

	tcp = read.spec;
	mask = read.mask;
	netmdev_set_ports(parser, tcp->hdr.src_port, tcp->hdr.dst_port, &spec->h_u);
	netmdev_set_ports(parser, mask->hdr.src_port, mask->hdr.dst_port, &spec->m_u);

	return 0;
}

static int
netmdev_parse_udp(struct netmdev_parser *parser, const struct rte_flow_item *item,
		  struct rte_flow_error *error)
{
	struct ethtool_rx_flow_spec *spec = &parser->request.spec;
	const struct rte_flow_item_udp *udp, *mask;
	struct netmdev_item read;
	int ret;

	ret = netmdev_read_item(item, &rte_flow_item_udp_mask, &netmdev_udp_mask,
				sizeof(netmdev_udp_mask), &read, error);
	if (ret == 0)
		ret = netmdev_enter_l4(parser, item, error);
	if (ret < 0 || read.spec == NULL)
		return ret;

	udp = read.spec;
	mask = read.mask;
	netmdev_set_ports(parser, udp->hdr.src_port, udp->hdr.dst_port, &spec->h_u);
	netmdev_set_ports(parser, mask->hdr.src_port, mask->hdr.dst_port, &spec->m_u);

	return 0;
}

static uint32_t
netmdev_flow_type(const struct netmdev_parser *parser)
{
	bool is_v6 = parser->l3 == RTE_FLOW_ITEM_TYPE_IPV6;

	if (parser->l4 == RTE_FLOW_ITEM_TYPE_TCP)
		return is_v6 ? TCP_V6_FLOW : TCP_V4_FLOW;
	if (parser->l4 == RTE_FLOW_ITEM_TYPE_UDP)
		return is_v6 ? UDP_V6_FLOW : UDP_V4_FLOW;
	if (parser->l3 != RTE_FLOW_ITEM_TYPE_END)
		return is_v6 ? IPV6_USER_FLOW : IPV4_USER_FLOW;

	return ETHER_FLOW;
}

static int
netmdev_parse_pattern(struct netmdev_parser *parser, const struct rte_flow_item *item,
		      struct rte_flow_error *error)
{
	int ret = 0;

	for (; item->type != RTE_FLOW_ITEM_TYPE_END && ret == 0; item++) {
		switch (item->type) {
		case RTE_FLOW_ITEM_TYPE_VOID:
			break;
		case RTE_FLOW_ITEM_TYPE_ETH:
			ret = netmdev_parse_eth(parser, item, error);
			break;
		case RTE_FLOW_ITEM_TYPE_VLAN:
			ret = netmdev_parse_vlan(parser, item, error);
			break;
		case RTE_FLOW_ITEM_TYPE_IPV4:
			ret = netmdev_parse_ipv4(parser, item, error);
			break;
		case RTE_FLOW_ITEM_TYPE_IPV6:
			ret = netmdev_parse_ipv6(parser, item, error);
			break;
		case RTE_FLOW_ITEM_TYPE_TCP:
			ret = netmdev_parse_tcp(parser, item, error);
			break;
		case RTE_FLOW_ITEM_TYPE_UDP:
			ret = netmdev_parse_udp(parser, item, error);
			break;
		default:
			ret = netmdev_flow_error(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ITEM, item,
						 "items are ETH, VLAN, IPV4, IPV6, TCP and UDP");
		}
	}
	parser->request.spec.flow_type |= netmdev_flow_type(parser);

	return ret;
}

/*
 * Actions
 */

static int
netmdev_set_fate(struct netmdev_parser *parser, const struct rte_flow_action *action,
		 uint64_t cookie, struct rte_flow_error *error)
{
	if (parser->has_fate)
		return netmdev_flow_error(error, EINVAL, RTE_FLOW_ERROR_TYPE_ACTION, action,
					  "one action of QUEUE, RSS and DROP is possible");
	parser->has_fate = true;
	parser->request.spec.ring_cookie = cookie;

	return 0;
}

static int
netmdev_parse_queue(struct netmdev_parser *parser, const struct rte_flow_action *action,
		    uint16_t queue, struct rte_flow_error *error)
{
	if (queue >= parser->nb_queues)
		return netmdev_flow_error(error, EINVAL, RTE_FLOW_ERROR_TYPE_ACTION_CONF, action,
					  "the port has no such Rx queue");

	return netmdev_set_fate(parser, action, queue + 1, error);
}

static int
netmdev_parse_rss(struct netmdev_parser *parser, const struct rte_flow_action *action,
		  struct rte_flow_error *error)
{
	const struct rte_flow_action_rss *rss = action->conf;
	uint32_t i;

	if (rss->queue_num == 0 || rss->queue_num > parser->nb_queues)
		return netmdev_flow_error(error, EINVAL, RTE_FLOW_ERROR_TYPE_ACTION_CONF, action,
					  "the port has not that many Rx queues");
	for (i = 1; i < rss->queue_num; i++) {
		if (rss->queue[i] != rss->queue[0] + i)
			return netmdev_flow_error(error, ENOTSUP,
						  RTE_FLOW_ERROR_TYPE_ACTION_CONF, action,
						  "queues must follow each other");
	}
	if (rss->queue[0] + rss->queue_num > parser->nb_queues)
		return netmdev_flow_error(error, EINVAL, RTE_FLOW_ERROR_TYPE_ACTION_CONF, action,
					  "the port has no such Rx queue");
	if (rss->level > 1 || rss->key_len != 0 ||
			rss->func != RTE_ETH_HASH_FUNCTION_DEFAULT)
		return netmdev_flow_error(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION_CONF, action,
					  "the hash is the kernel's: no level, key or function");
	parser->request.nr_queues = rss->queue_num;

	return netmdev_set_fate(parser, action, rss->queue[0] + 1, error);
}

static int
netmdev_parse_actions(struct netmdev_parser *parser, const struct rte_flow_action *action,
		      struct rte_flow_error *error)
{
	int ret = 0;

	for (; action->type != RTE_FLOW_ACTION_TYPE_END && ret == 0; action++) {
		switch (action->type) {
		case RTE_FLOW_ACTION_TYPE_VOID:
		case RTE_FLOW_ACTION_TYPE_COUNT: /* the kernel always does */
			break;
		case RTE_FLOW_ACTION_TYPE_QUEUE:
			ret = netmdev_parse_queue(parser, action,
				((const struct rte_flow_action_queue *)action->conf)->index,
				error);
			break;
		case RTE_FLOW_ACTION_TYPE_RSS:
			ret = netmdev_parse_rss(parser, action, error);
			break;
		case RTE_FLOW_ACTION_TYPE_DROP:
			ret = netmdev_set_fate(parser, action, RX_CLS_FLOW_DISC, error);
			break;
		case RTE_FLOW_ACTION_TYPE_MARK:
			parser->request.flags |= NETMDEV_FLOW_MARK;
			parser->request.mark =
				((const struct rte_flow_action_mark *)action->conf)->id;
			break;
		default:
			ret = netmdev_flow_error(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION,
						 action,
						 "actions are QUEUE, RSS, DROP, MARK and COUNT");
		}
	}
	if (ret == 0 && !parser->has_fate)
		ret = netmdev_flow_error(error, EINVAL, RTE_FLOW_ERROR_TYPE_ACTION, NULL,
					 "an action of QUEUE, RSS and DROP is needed");

	return ret;
}

static int
netmdev_check_attr(const struct rte_flow_attr *attr, struct rte_flow_error *error)
{
	if (attr->group != 0)
		return netmdev_flow_error(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ATTR_GROUP, attr,
					  "there is group 0 only");
	if (attr->priority >= NETMDEV_PRIORITIES)
		return netmdev_flow_error(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ATTR_PRIORITY, attr,
					  "priorities are 0 to 3");
	if (!attr->ingress || attr->egress || attr->transfer)
		return netmdev_flow_error(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ATTR, attr,
					  "rules are for ingress only");

	return 0;
}

static int
netmdev_parse(const struct rte_eth_dev *dev, struct netmdev_parser *parser,
	      const struct rte_flow_attr *attr, const struct rte_flow_item *pattern,
	      const struct rte_flow_action *actions, struct rte_flow_error *error)
{
	int ret;

	memset(parser, 0, sizeof(*parser));
	parser->l3 = RTE_FLOW_ITEM_TYPE_END;
	parser->l4 = RTE_FLOW_ITEM_TYPE_END;
	parser->nb_queues = dev->data->nb_rx_queues;
	parser->request.argsz = sizeof(parser->request);
	parser->request.flags = NETMDEV_FLOW_ADD;

	ret = netmdev_check_attr(attr, error);
	if (ret == 0)
		ret = netmdev_parse_pattern(parser, pattern, error);
	if (ret == 0)
		ret = netmdev_parse_actions(parser, actions, error);

	return ret;
}

/*
 * Rules
 */

/* Take the first free location of the priority. */
static int
netmdev_add_rule(const struct rte_eth_dev *dev, struct netmdev_flow *request,
		 uint32_t priority)
{
	uint32_t room = netmdev_port_of(dev)->info.max_rules / NETMDEV_PRIORITIES;
	uint32_t i;
	int ret = -ENOSPC;

	for (i = 0; i < room; i++) {
		request->spec.location = priority * room + i;
		ret = netmdev_ioctl(netmdev_of(dev), NETMDEV_FLOW, request);
		if (ret != -EEXIST)
			return ret;
	}

	return -ENOSPC;
}

static const char *
netmdev_rule_error(int ret)
{
	switch (ret) {
	case -EPERM:
		return "no right to make rules: see CAP_NET_ADMIN and flows_allowed";
	case -ENOSPC:
		return "there are as many rules as there can be of this priority";
	case -EINVAL:
	case -EOPNOTSUPP:
		return "the kernel driver does not support this rule";
	default:
		return "the kernel driver does not take the rule";
	}
}

static int
netmdev_flow_validate(struct rte_eth_dev *dev, const struct rte_flow_attr *attr,
		      const struct rte_flow_item pattern[],
		      const struct rte_flow_action actions[], struct rte_flow_error *error)
{
	struct netmdev_parser parser;

	return netmdev_parse(dev, &parser, attr, pattern, actions, error);
}

static struct rte_flow *
netmdev_flow_create(struct rte_eth_dev *dev, const struct rte_flow_attr *attr,
		    const struct rte_flow_item pattern[],
		    const struct rte_flow_action actions[], struct rte_flow_error *error)
{
	struct netmdev_parser parser;
	struct rte_flow *flow;
	int ret;

	if (netmdev_parse(dev, &parser, attr, pattern, actions, error) < 0)
		return NULL;

	flow = rte_zmalloc("netmdev_flow", sizeof(*flow), 0);
	if (flow == NULL) {
		netmdev_flow_error(error, ENOMEM, RTE_FLOW_ERROR_TYPE_HANDLE, NULL,
				   "no memory");
		return NULL;
	}
	ret = netmdev_add_rule(dev, &parser.request, attr->priority);
	if (ret < 0) {
		rte_free(flow);
		netmdev_flow_error(error, -ret, RTE_FLOW_ERROR_TYPE_UNSPECIFIED, NULL,
				   netmdev_rule_error(ret));
		return NULL;
	}
	flow->location = parser.request.spec.location;
	TAILQ_INSERT_TAIL(&netmdev_port_of(dev)->rules, flow, next);

	return flow;
}

static int
netmdev_rule_request(const struct rte_eth_dev *dev, const struct rte_flow *flow,
		     uint32_t flags, struct netmdev_flow *request)
{
	memset(request, 0, sizeof(*request));
	request->argsz = sizeof(*request);
	request->flags = flags;
	request->spec.location = flow->location;

	return netmdev_ioctl(netmdev_of(dev), NETMDEV_FLOW, request);
}

static int
netmdev_flow_destroy(struct rte_eth_dev *dev, struct rte_flow *flow,
		     struct rte_flow_error *error)
{
	struct netmdev_flow request;
	int ret;

	ret = netmdev_rule_request(dev, flow, NETMDEV_FLOW_DELETE, &request);
	if (ret < 0 && ret != -ENOENT)
		return netmdev_flow_error(error, -ret, RTE_FLOW_ERROR_TYPE_HANDLE, flow,
					  "the kernel driver does not delete the rule");
	TAILQ_REMOVE(&netmdev_port_of(dev)->rules, flow, next);
	rte_free(flow);

	return 0;
}

static int
netmdev_flow_flush(struct rte_eth_dev *dev, struct rte_flow_error *error)
{
	struct netmdev_port *port = netmdev_port_of(dev);
	int ret = 0;

	while (!TAILQ_EMPTY(&port->rules) && ret == 0)
		ret = netmdev_flow_destroy(dev, TAILQ_FIRST(&port->rules), error);

	return ret;
}

static int
netmdev_flow_query(struct rte_eth_dev *dev, struct rte_flow *flow,
		   const struct rte_flow_action *action, void *data,
		   struct rte_flow_error *error)
{
	struct rte_flow_query_count *count = data;
	struct netmdev_flow request;
	int ret;

	if (action->type != RTE_FLOW_ACTION_TYPE_COUNT)
		return netmdev_flow_error(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION, action,
					  "only COUNT can be asked for");
	if (count->reset)
		return netmdev_flow_error(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION, action,
					  "the counter cannot be reset");

	ret = netmdev_rule_request(dev, flow, NETMDEV_FLOW_QUERY, &request);
	if (ret < 0)
		return netmdev_flow_error(error, -ret, RTE_FLOW_ERROR_TYPE_HANDLE, flow,
					  "the kernel driver does not know the rule");
	count->hits_set = 1;
	count->hits = request.packets;

	return 0;
}

static int
netmdev_flow_isolate(struct rte_eth_dev *dev __rte_unused, int enable,
		     struct rte_flow_error *error)
{
	if (enable != 0)
		return 0;

	return netmdev_flow_error(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_UNSPECIFIED, NULL,
				  "what matches no rule is the kernel's: make a rule for all instead");
}

void
netmdev_flow_delete_all(struct rte_eth_dev *dev)
{
	struct rte_flow_error error;

	if (netmdev_flow_flush(dev, &error) < 0)
		NETMDEV_LOG(ERR, "%s: %s", dev->device->name, error.message);
}

static const struct rte_flow_ops netmdev_flow_ops = {
	.validate = netmdev_flow_validate,
	.create = netmdev_flow_create,
	.destroy = netmdev_flow_destroy,
	.flush = netmdev_flow_flush,
	.query = netmdev_flow_query,
	.isolate = netmdev_flow_isolate,
};

int
netmdev_flow_ops_get(struct rte_eth_dev *dev __rte_unused, const struct rte_flow_ops **ops)
{
	*ops = &netmdev_flow_ops;

	return 0;
}
