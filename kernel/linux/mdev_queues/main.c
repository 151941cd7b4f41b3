// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * The files add and remove of /sys/class/mdev_queues, by which the administrator
 * puts an interface mqN on top of another one and takes it away.
 *
 * They are files and no "ip link add": removing an interface waits for the program
 * that uses its queues, which must not be done under RTNL.
 */

#define pr_fmt(fmt)	KBUILD_MODNAME ": " fmt

#include <linux/device.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/rtnetlink.h>
#include <linux/string.h>

#include "mdev_queues.h"

#define MQ_DEFAULT_QUEUES	8

/* "NAME [NUMBER]": an interface, and a number that stays as it is without one */
static int mq_parse(const char *buf, char name[IFNAMSIZ], unsigned int *number)
{
	char text[IFNAMSIZ + 16];
	char *rest;
	char *word;

	if (strscpy(text, buf, sizeof(text)) < 0)
		goto invalid;
	rest = strim(text);
	word = strsep(&rest, " ");
	if (!dev_valid_name(word) ||
	    (rest && kstrtouint(skip_spaces(rest), 0, number)))
		goto invalid;
	strscpy(name, word, IFNAMSIZ);
	return 0;

invalid:
	pr_err("\"%.*s\" is not the name of an interface and a number of queues\n",
	       (int)strcspn(buf, "\n"), buf);
	return -EINVAL;
}

static bool mq_may(const struct net *net, const char *name)
{
	if (ns_capable(net->user_ns, CAP_NET_ADMIN))
		return true;
	pr_err("%s: this takes CAP_NET_ADMIN\n", name);
	return false;
}

/* Under RTNL */
static struct mq *mq_add_port(struct net *net, const char *name,
			      unsigned int nr_queues)
{
	struct net_device *lower = __dev_get_by_name(net, name);
	struct mq *mq;
	int ret;

	if (!lower) {
		pr_err("%s: there is no such interface\n", name);
		return ERR_PTR(-ENODEV);
	}
	ret = mq_lower_check(lower);
	if (ret)
		return ERR_PTR(ret);
	mq = mq_port_create(lower, nr_queues);
	if (IS_ERR(mq))
		pr_err("%s: no interface could be put on top, error %ld\n",
		       name, PTR_ERR(mq));
	return mq;
}

static void mq_destroy_port(struct mq *mq)
{
	rtnl_lock();
	mq_port_destroy(mq);
	rtnl_unlock();
}

static int mq_add(struct net *net, const char *name, unsigned int nr_queues)
{
	struct mq *mq;
	int ret;

	rtnl_lock();
	mq = mq_add_port(net, name, nr_queues);
	rtnl_unlock();
	if (IS_ERR(mq))
		return PTR_ERR(mq);

	ret = mq_parent_create(mq);
	if (ret) {
		pr_err("%s: the interface on top can have no mediated device, error %d\n",
		       name, ret);
		mq_destroy_port(mq);
		return ret;
	}
	rtnl_lock();
	mq->ready = true;
	rtnl_unlock();
	return 0;
}

/* Under RTNL: from now on it is the caller's. */
static struct mq *mq_take_port(struct net *net, const char *name)
{
	struct mq *mq = mq_port_find(net, name);

	if (!mq) {
		pr_err("%s: there is no such interface of this module\n", name);
		return ERR_PTR(-ENODEV);
	}
	if (!mq->ready) {
		pr_err("%s: it is being added or removed\n", name);
		return ERR_PTR(-EBUSY);
	}
	mq->ready = false;
	return mq;
}

static int mq_remove(struct net *net, const char *name)
{
	struct mq *mq;

	rtnl_lock();
	mq = mq_take_port(net, name);
	rtnl_unlock();
	if (IS_ERR(mq))
		return PTR_ERR(mq);

	mq_parent_destroy(mq);
	mq_destroy_port(mq);
	return 0;
}

static ssize_t add_store(mdev_compat_class *class,
			 mdev_compat_class_attribute *attr, const char *buf,
			 size_t count)
{
	struct net *net = current->nsproxy->net_ns;
	unsigned int nr_queues = MQ_DEFAULT_QUEUES;
	char name[IFNAMSIZ];
	int ret = mq_parse(buf, name, &nr_queues);

	if (ret)
		return ret;
	if (!mq_may(net, name))
		return -EPERM;
	if (!nr_queues || nr_queues > NETMDEV_MAX_QUEUES) {
		pr_err("%s: %u user queues, but it can be 1 to %d\n", name,
		       nr_queues, NETMDEV_MAX_QUEUES);
		return -EINVAL;
	}
	return mq_add(net, name, nr_queues) ?: count;
}
static CLASS_ATTR_WO(add);

static ssize_t remove_store(mdev_compat_class *class,
			    mdev_compat_class_attribute *attr, const char *buf,
			    size_t count)
{
	struct net *net = current->nsproxy->net_ns;
	char name[IFNAMSIZ];
	unsigned int none;
	int ret = mq_parse(buf, name, &none);

	if (ret)
		return ret;
	if (!mq_may(net, name))
		return -EPERM;
	return mq_remove(net, name) ?: count;
}
static CLASS_ATTR_WO(remove);

static int mq_files_create(void)
{
	int ret = class_create_file(&mq_class, &class_attr_add);

	if (ret)
		return ret;
	ret = class_create_file(&mq_class, &class_attr_remove);
	if (ret)
		class_remove_file(&mq_class, &class_attr_add);
	return ret;
}

/* Each waits until nobody writes into the file. */
static void mq_files_remove(void)
{
	class_remove_file(&mq_class, &class_attr_add);
	class_remove_file(&mq_class, &class_attr_remove);
}

static int __init mq_init(void)
{
	int ret = mq_port_init();

	if (ret)
		return ret;
	ret = mq_parent_init();
	if (ret)
		goto exit_port;
	ret = mq_files_create();
	if (ret)
		goto exit_parent;
	return 0;

exit_parent:
	mq_parent_exit();
exit_port:
	mq_port_exit();
	return ret;
}

static struct mq *mq_any(void)
{
	struct mq *mq;

	rtnl_lock();
	mq = mq_port_any();
	rtnl_unlock();
	return mq;
}

/* An open device holds the module, so none is. */
static void __exit mq_exit(void)
{
	struct mq *mq;

	mq_files_remove();
	while ((mq = mq_any())) {
		mq_parent_destroy(mq);
		mq_destroy_port(mq);
	}
	mq_parent_exit();
	mq_port_exit();
}

module_init(mq_init);
module_exit(mq_exit);

MODULE_DESCRIPTION("Network interfaces on top of others, queues of which are lent to user space");
MODULE_AUTHOR("The DPDK mdev bus authors");
MODULE_LICENSE("GPL");
MODULE_SOFTDEP("post: vfio_iommu_type1");
