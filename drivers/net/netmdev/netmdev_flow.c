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

/* A rule in the making. */
struct netmdev_parser {
	struct netmdev_flow request;
	const struct rte_flow_item *item;
	const struct rte_flow_action *action;
	struct rte_flow_error *error;
	enum rte_flow_item_type l3; /* END: none yet */
	enum rte_flow_item_type l4;
	bool has_eth;
	bool has_fate;
	bool counts;
	uint16_t nb_queues;         /* of the port */
};

static int
netmdev_refuse_item(const struct netmdev_parser *parser, int code, const char *message)
{
	return rte_flow_error_set(parser->error, code, RTE_FLOW_ERROR_TYPE_ITEM, parser->item,
				  message);
}

static int
netmdev_refuse_action(const struct netmdev_parser *parser, int code, const char *message)
{
	return rte_flow_error_set(parser->error, code, RTE_FLOW_ERROR_TYPE_ACTION,
				  parser->action, message);
}

/*
 * Pattern: a function for each item gets its values and their mask, which are 0 if it has
 * none.
 */

static int
netmdev_parse_eth(struct netmdev_parser *parser, const void *value, const void *mask)
{
	struct ethtool_rx_flow_spec *spec = &parser->request.spec;

	if (parser->has_eth || spec->flow_type != 0 || parser->l3 != RTE_FLOW_ITEM_TYPE_END)
		return netmdev_refuse_item(parser, EINVAL, "Ethernet is the outermost header");
	parser->has_eth = true;

	/* both begin as the header of a frame does; those of an IP rule come from here */
	memcpy(&spec->h_u.ether_spec, value, sizeof(struct ethhdr));
	memcpy(&spec->m_u.ether_spec, mask, sizeof(struct ethhdr));

	return 0;
}

static int
netmdev_parse_vlan(struct netmdev_parser *parser, const void *value, const void *mask)
{
	struct ethtool_rx_flow_spec *spec = &parser->request.spec;

	if (spec->flow_type != 0 || parser->l3 != RTE_FLOW_ITEM_TYPE_END)
		return netmdev_refuse_item(parser, ENOTSUP,
					   "one VLAN tag can be compared, before IP");
	if (spec->m_u.ether_spec.h_proto != 0)
		return netmdev_refuse_item(parser, ENOTSUP,
					   "VLAN and EtherType cannot be compared both");

	spec->flow_type = FLOW_EXT;
	spec->h_ext.vlan_tci = ((const struct rte_flow_item_vlan *)value)->hdr.vlan_tci;
	spec->m_ext.vlan_tci = ((const struct rte_flow_item_vlan *)mask)->hdr.vlan_tci;
	if (spec->m_ext.vlan_tci == 0)
		return netmdev_refuse_item(parser, ENOTSUP, "a VLAN needs a number");

	return 0;
}

/* Of the Ethernet header, an IP rule compares the destination alone. */
static int
netmdev_enter_ip(struct netmdev_parser *parser)
{
	struct ethtool_rx_flow_spec *spec = &parser->request.spec;
	const struct ethhdr *mask = &spec->m_u.ether_spec;

	if (parser->l3 != RTE_FLOW_ITEM_TYPE_END)
		return netmdev_refuse_item(parser, ENOTSUP, "only one IP header can be compared");
	if (!rte_is_zero_ether_addr((const struct rte_ether_addr *)mask->h_source) ||
			mask->h_proto != 0)
		return netmdev_refuse_item(parser, ENOTSUP,
				"of the Ethernet header, only the destination can be compared together with IP");

	parser->l3 = parser->item->type;
	if (!rte_is_zero_ether_addr((const struct rte_ether_addr *)mask->h_dest)) {
		spec->flow_type |= FLOW_MAC_EXT;
		memcpy(spec->h_ext.h_dest, spec->h_u.ether_spec.h_dest, ETH_ALEN);
		memcpy(spec->m_ext.h_dest, mask->h_dest, ETH_ALEN);
	}
	memset(&spec->h_u, 0, sizeof(spec->h_u));
	memset(&spec->m_u, 0, sizeof(spec->m_u));

	return 0;
}

static void
netmdev_set_ipv4(struct ethtool_usrip4_spec *spec, const struct rte_flow_item_ipv4 *ip)
{
	spec->ip4src = ip->hdr.src_addr;
	spec->ip4dst = ip->hdr.dst_addr;
	spec->tos = ip->hdr.type_of_service;
	spec->proto = ip->hdr.next_proto_id;
}

static int
netmdev_parse_ipv4(struct netmdev_parser *parser, const void *value, const void *mask)
{
	struct ethtool_rx_flow_spec *spec = &parser->request.spec;
	int ret;

	ret = netmdev_enter_ip(parser);
	if (ret < 0)
		return ret;
	netmdev_set_ipv4(&spec->h_u.usr_ip4_spec, value);
	netmdev_set_ipv4(&spec->m_u.usr_ip4_spec, mask);

	return 0;
}

/* The type of the addresses is not the same in all releases. */
static void
netmdev_set_ipv6(struct ethtool_usrip6_spec *spec, const struct rte_flow_item_ipv6 *ip)
{
	memcpy(spec->ip6src, &ip->hdr.src_addr, sizeof(spec->ip6src));
	memcpy(spec->ip6dst, &ip->hdr.dst_addr, sizeof(spec->ip6dst));
	spec->l4_proto = ip->hdr.proto;
}

static int
netmdev_parse_ipv6(struct netmdev_parser *parser, const void *value, const void *mask)
{
	struct ethtool_rx_flow_spec *spec = &parser->request.spec;
	int ret;

	ret = netmdev_enter_ip(parser);
	if (ret < 0)
		return ret;
	netmdev_set_ipv6(&spec->h_u.usr_ip6_spec, value);
	netmdev_set_ipv6(&spec->m_u.usr_ip6_spec, mask);

	return 0;
}

/* The addresses and the type of service stay where they are. */
static int
netmdev_enter_l4(struct netmdev_parser *parser)
{
	const union ethtool_flow_union *mask = &parser->request.spec.m_u;

	if (parser->l3 == RTE_FLOW_ITEM_TYPE_END || parser->l4 != RTE_FLOW_ITEM_TYPE_END)
		return netmdev_refuse_item(parser, EINVAL, "TCP or UDP comes once, after IP");
	parser->l4 = parser->item->type;

	if (parser->l3 == RTE_FLOW_ITEM_TYPE_IPV6 ? mask->usr_ip6_spec.l4_proto != 0 :
			mask->usr_ip4_spec.proto != 0)
		return netmdev_refuse_item(parser, ENOTSUP,
					   "the protocol of IP is given by this item alone");

	return 0;
}

static void
netmdev_set_ports(const struct netmdev_parser *parser, union ethtool_flow_union *flow,
		  const rte_be16_t ports[2])
{
	if (parser->l3 == RTE_FLOW_ITEM_TYPE_IPV6) {
		flow->tcp_ip6_spec.psrc = ports[0];
		flow->tcp_ip6_spec.pdst = ports[1];
	} else {
		flow->tcp_ip4_spec.psrc = ports[0];
		flow->tcp_ip4_spec.pdst = ports[1];
	}
}

/* TCP and UDP begin with the ports. */
static int
netmdev_parse_l4(struct netmdev_parser *parser, const void *value, const void *mask)
{
	int ret;

	ret = netmdev_enter_l4(parser);
	if (ret < 0)
		return ret;
	netmdev_set_ports(parser, &parser->request.spec.h_u, value);
	netmdev_set_ports(parser, &parser->request.spec.m_u, mask);

	return 0;
}

/* An item, and what can be compared of it. */
struct netmdev_item {
	enum rte_flow_item_type type;
	int (*parse)(struct netmdev_parser *parser, const void *value, const void *mask);
	size_t size;
	const void *default_mask;
	const void *supported;
};

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

/* As bytes, see netmdev_set_ipv6(): the protocol, and the addresses up to the end. */
static const uint8_t netmdev_ipv6_mask[sizeof(struct rte_flow_item_ipv6)] = {
	[offsetof(struct rte_ipv6_hdr, proto)] = 0xff,
	[offsetof(struct rte_ipv6_hdr, src_addr) ... sizeof(struct rte_ipv6_hdr) - 1] = 0xff,
};

static const struct rte_flow_item_tcp netmdev_tcp_mask = {
	.hdr = { .src_port = RTE_BE16(0xffff), .dst_port = RTE_BE16(0xffff) },
};

static const struct rte_flow_item_udp netmdev_udp_mask = {
	.hdr = { .src_port = RTE_BE16(0xffff), .dst_port = RTE_BE16(0xffff) },
};

#define NETMDEV_ITEM(type, name, parse) \
	{ RTE_FLOW_ITEM_TYPE_ ## type, parse, sizeof(struct rte_flow_item_ ## name), \
	  &rte_flow_item_ ## name ## _mask, &netmdev_ ## name ## _mask }

static const struct netmdev_item netmdev_items[] = {
	NETMDEV_ITEM(ETH, eth, netmdev_parse_eth),
	NETMDEV_ITEM(VLAN, vlan, netmdev_parse_vlan),
	NETMDEV_ITEM(IPV4, ipv4, netmdev_parse_ipv4),
	NETMDEV_ITEM(IPV6, ipv6, netmdev_parse_ipv6),
	NETMDEV_ITEM(TCP, tcp, netmdev_parse_l4),
	NETMDEV_ITEM(UDP, udp, netmdev_parse_l4),
};

static int
netmdev_parse_item(struct netmdev_parser *parser, const struct netmdev_item *known)
{
	static const uint8_t nothing[sizeof(struct rte_flow_item_ipv6)];
	const struct rte_flow_item *item = parser->item;
	const uint8_t *mask, *supported = known->supported;
	size_t i;

	if (item->last != NULL)
		return netmdev_refuse_item(parser, ENOTSUP, "ranges are not supported");
	if (item->spec == NULL && item->mask != NULL)
		return netmdev_refuse_item(parser, EINVAL, "a mask without a specification");
	if (item->spec == NULL)
		return known->parse(parser, nothing, nothing);

	mask = item->mask != NULL ? item->mask : known->default_mask;
	for (i = 0; i < known->size; i++) {
		if ((mask[i] & ~supported[i]) != 0)
			return netmdev_refuse_item(parser, ENOTSUP,
						   "a field that cannot be compared");
	}

	return known->parse(parser, item->spec, mask);
}

static void
netmdev_set_flow_type(const struct netmdev_parser *parser, struct ethtool_rx_flow_spec *spec)
{
	bool is_v6 = parser->l3 == RTE_FLOW_ITEM_TYPE_IPV6;

	if (parser->l4 == RTE_FLOW_ITEM_TYPE_TCP) {
		spec->flow_type |= is_v6 ? TCP_V6_FLOW : TCP_V4_FLOW;
	} else if (parser->l4 == RTE_FLOW_ITEM_TYPE_UDP) {
		spec->flow_type |= is_v6 ? UDP_V6_FLOW : UDP_V4_FLOW;
	} else if (is_v6) {
		spec->flow_type |= IPV6_USER_FLOW;
	} else if (parser->l3 == RTE_FLOW_ITEM_TYPE_IPV4) {
		spec->flow_type |= IPV4_USER_FLOW;
		spec->h_u.usr_ip4_spec.ip_ver = ETH_RX_NFC_IP4;
	} else {
		spec->flow_type |= ETHER_FLOW;
	}
}

static int
netmdev_parse_pattern(struct netmdev_parser *parser)
{
	unsigned int i;
	int ret = 0;

	for (; parser->item->type != RTE_FLOW_ITEM_TYPE_END && ret == 0; parser->item++) {
		if (parser->item->type == RTE_FLOW_ITEM_TYPE_VOID)
			continue;
		for (i = 0; i < RTE_DIM(netmdev_items); i++) {
			if (netmdev_items[i].type == parser->item->type)
				break;
		}
		if (i == RTE_DIM(netmdev_items))
			return netmdev_refuse_item(parser, ENOTSUP,
					"items are ETH, VLAN, IPV4, IPV6, TCP and UDP");
		ret = netmdev_parse_item(parser, &netmdev_items[i]);
	}
	netmdev_set_flow_type(parser, &parser->request.spec);

	return ret;
}

/*
 * Actions
 */

static int
netmdev_set_fate(struct netmdev_parser *parser, uint64_t cookie)
{
	if (parser->has_fate)
		return netmdev_refuse_action(parser, EINVAL,
					     "one action of QUEUE, RSS and DROP is possible");
	parser->has_fate = true;
	parser->request.spec.ring_cookie = cookie;

	return 0;
}

static int
netmdev_set_queues(struct netmdev_parser *parser, uint32_t first, uint32_t count)
{
	if (first + count > parser->nb_queues)
		return netmdev_refuse_action(parser, EINVAL, "the port has no such Rx queue");
	parser->request.nr_queues = count;

	return netmdev_set_fate(parser, first + 1);
}

static int
netmdev_parse_queue(struct netmdev_parser *parser)
{
	const struct rte_flow_action_queue *queue = parser->action->conf;

	return netmdev_set_queues(parser, queue->index, 1);
}

static int
netmdev_parse_rss(struct netmdev_parser *parser)
{
	const struct rte_flow_action_rss *rss = parser->action->conf;
	uint32_t i;

	if (rss->level > 1 || rss->types != 0 || rss->key_len != 0 ||
			rss->func != RTE_ETH_HASH_FUNCTION_DEFAULT)
		return netmdev_refuse_action(parser, ENOTSUP,
				"the hash is the kernel's: no level, types, key or function");
	if (rss->queue_num == 0 || rss->queue_num > parser->nb_queues)
		return netmdev_refuse_action(parser, EINVAL,
					     "the port has not that many Rx queues");
	for (i = 1; i < rss->queue_num; i++) {
		if (rss->queue[i] != rss->queue[0] + i)
			return netmdev_refuse_action(parser, ENOTSUP,
						     "queues must follow each other");
	}

	return netmdev_set_queues(parser, rss->queue[0], rss->queue_num);
}

static int
netmdev_parse_mark(struct netmdev_parser *parser)
{
	const struct rte_flow_action_mark *mark = parser->action->conf;

	parser->request.flags |= NETMDEV_FLOW_MARK;
	parser->request.mark = mark->id;

	return 0;
}

static int
netmdev_parse_action(struct netmdev_parser *parser)
{
	switch (parser->action->type) {
	case RTE_FLOW_ACTION_TYPE_VOID:
		return 0;
	case RTE_FLOW_ACTION_TYPE_COUNT:
		parser->counts = true;
		return 0;
	case RTE_FLOW_ACTION_TYPE_QUEUE:
		return netmdev_parse_queue(parser);
	case RTE_FLOW_ACTION_TYPE_RSS:
		return netmdev_parse_rss(parser);
	case RTE_FLOW_ACTION_TYPE_DROP:
		return netmdev_set_fate(parser, RX_CLS_FLOW_DISC);
	case RTE_FLOW_ACTION_TYPE_MARK:
		return netmdev_parse_mark(parser);
	default:
		return netmdev_refuse_action(parser, ENOTSUP,
					     "actions are QUEUE, RSS, DROP, MARK and COUNT");
	}
}

static int
netmdev_parse_actions(struct netmdev_parser *parser)
{
	int ret = 0;

	for (; parser->action->type != RTE_FLOW_ACTION_TYPE_END && ret == 0; parser->action++)
		ret = netmdev_parse_action(parser);
	if (ret == 0 && !parser->has_fate)
		ret = netmdev_refuse_action(parser, EINVAL,
					    "an action of QUEUE, RSS and DROP is needed");

	return ret;
}

static int
netmdev_check_attr(const struct rte_flow_attr *attr, struct rte_flow_error *error)
{
	if (attr->group != 0)
		return rte_flow_error_set(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ATTR_GROUP, attr,
					  "there is group 0 only");
	if (attr->priority >= NETMDEV_PRIORITIES)
		return rte_flow_error_set(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ATTR_PRIORITY, attr,
					  "priorities are 0 to 3");
	if (attr->ingress == 0 || attr->egress != 0 || attr->transfer != 0)
		return rte_flow_error_set(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ATTR, attr,
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
	parser->request.argsz = sizeof(parser->request);
	parser->request.flags = NETMDEV_FLOW_ADD;
	parser->item = pattern;
	parser->action = actions;
	parser->error = error;
	parser->l3 = RTE_FLOW_ITEM_TYPE_END;
	parser->l4 = RTE_FLOW_ITEM_TYPE_END;
	parser->nb_queues = dev->data->nb_rx_queues;

	ret = netmdev_check_attr(attr, error);
	if (ret == 0)
		ret = netmdev_parse_pattern(parser);
	if (ret == 0)
		ret = netmdev_parse_actions(parser);

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
	int ret;

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
		rte_flow_error_set(error, ENOMEM, RTE_FLOW_ERROR_TYPE_HANDLE, NULL,
				   "no memory");
		return NULL;
	}
	ret = netmdev_add_rule(dev, &parser.request, attr->priority);
	if (ret < 0) {
		rte_free(flow);
		rte_flow_error_set(error, -ret, RTE_FLOW_ERROR_TYPE_UNSPECIFIED, NULL,
				   netmdev_rule_error(ret));
		return NULL;
	}
	flow->location = parser.request.spec.location;
	flow->counts = parser.counts;
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
		return rte_flow_error_set(error, -ret, RTE_FLOW_ERROR_TYPE_HANDLE, flow,
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
		return rte_flow_error_set(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION, action,
					  "only COUNT can be asked for");
	if (!flow->counts)
		return rte_flow_error_set(error, EINVAL, RTE_FLOW_ERROR_TYPE_HANDLE, flow,
					  "the rule has no action COUNT");
	if (count->reset != 0)
		return rte_flow_error_set(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION, action,
					  "the counter cannot be reset");

	ret = netmdev_rule_request(dev, flow, NETMDEV_FLOW_QUERY, &request);
	if (ret < 0)
		return rte_flow_error_set(error, -ret, RTE_FLOW_ERROR_TYPE_HANDLE, flow,
					  "the kernel driver does not know the rule");
	count->bytes_set = 0;
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

	return rte_flow_error_set(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_UNSPECIFIED, NULL,
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
