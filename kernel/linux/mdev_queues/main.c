// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * The files add and remove of /sys/class/mdev_queues, by which the administrator
 * puts an interface mqN on top of another one and takes it away.
 *
 * They are files and no "ip link add": removing an interface will have to wait
 * for the programs that use its queues, which must not be done under RTNL.
 */

#define pr_fmt(fmt)	KBUILD_MODNAME ": " fmt

#include <linux/device.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/rtnetlink.h>
#include <linux/string.h>

#include "../mdev_compat.h"
#include "mdev_queues.h"

/* The one word that is written, which must be the name of an interface. */
static int mq_name(const char *buf, char name[IFNAMSIZ])
{
	char text[IFNAMSIZ + 1];
	const char *word;

	if (strscpy(text, buf, sizeof(text)) < 0)
		return -EINVAL;
	word = strim(text);
	if (!dev_valid_name(word))
		return -EINVAL;
	strscpy(name, word, IFNAMSIZ);
	return 0;
}

static int mq_add(struct net *net, const char *name)
{
	struct net_device *lower = __dev_get_by_name(net, name);

	if (!lower) {
		pr_err("%s: there is no such interface\n", name);
		return -ENODEV;
	}
	return mq_port_create(lower);
}

static int mq_remove(struct net *net, const char *name)
{
	struct mq *mq = mq_port_find(net, name);

	if (!mq) {
		pr_err("%s: there is no such interface of this module\n", name);
		return -ENODEV;
	}
	mq_port_destroy(mq);
	return 0;
}

static ssize_t mq_store(const char *buf, size_t count,
			int (*do_it)(struct net *net, const char *name))
{
	char name[IFNAMSIZ];
	int ret = mq_name(buf, name);

	if (ret)
		return ret;
	rtnl_lock();
	ret = do_it(current->nsproxy->net_ns, name);
	rtnl_unlock();
	return ret ?: count;
}

static ssize_t add_store(mdev_compat_class *class,
			 mdev_compat_class_attribute *attr, const char *buf,
			 size_t count)
{
	return mq_store(buf, count, mq_add);
}
static CLASS_ATTR_WO(add);

static ssize_t remove_store(mdev_compat_class *class,
			    mdev_compat_class_attribute *attr, const char *buf,
			    size_t count)
{
	return mq_store(buf, count, mq_remove);
}
static CLASS_ATTR_WO(remove);

static struct attribute *mq_class_attrs[] = {
	&class_attr_add.attr,
	&class_attr_remove.attr,
	NULL,
};
ATTRIBUTE_GROUPS(mq_class);

static struct class mq_class = {
	.name = MQ_NAME,
	.class_groups = mq_class_groups,
};

static int __init mq_init(void)
{
	int ret = mq_port_init();

	if (ret)
		return ret;
	ret = class_register(&mq_class);
	if (ret)
		mq_port_exit();
	return ret;
}

static void __exit mq_exit(void)
{
	/* Waits until nobody writes into the files. */
	class_unregister(&mq_class);
	rtnl_lock();
	mq_port_destroy_all();
	rtnl_unlock();
	mq_port_exit();
}

module_init(mq_init);
module_exit(mq_exit);

MODULE_DESCRIPTION("Network interfaces on top of others, queues of which will be lent");
MODULE_AUTHOR("The DPDK mdev bus authors");
MODULE_LICENSE("GPL");
