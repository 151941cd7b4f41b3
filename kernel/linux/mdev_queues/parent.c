// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * A port as the parent of a mediated device: a device mqN of the class mdev_queues,
 * with the type mdev_queues-slot, of which there is one instance. It stays named as the
 * interface was at first.
 */

#include <linux/device.h>
#include <linux/mdev.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "mdev_queues.h"

struct class mq_class = {
	.name = MQ_NAME,
};

/*
 * Freed with the last reference to the device: VFIO, or who has a file of the mediated
 * device open, may hold it for longer than the port lives.
 */
struct mq_parent {
	struct device dev;
	struct mdev_parent parent;
	struct mdev_type type;
	struct mdev_type *types[1];
	struct mq *mq;
};

static ssize_t flows_allowed_show(struct device *dev,
				  struct device_attribute *attr, char *buf)
{
	const struct mq_device *mqd = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%d\n", READ_ONCE(mqd->flows_allowed));
}

static ssize_t flows_allowed_store(struct device *dev,
				   struct device_attribute *attr,
				   const char *buf, size_t count)
{
	struct mq_device *mqd = dev_get_drvdata(dev);
	bool allowed;
	int ret = kstrtobool(buf, &allowed);

	if (ret)
		return ret;
	WRITE_ONCE(mqd->flows_allowed, allowed);
	return count;
}
static DEVICE_ATTR_RW(flows_allowed);

static struct attribute *mq_device_attrs[] = {
	&dev_attr_flows_allowed.attr,
	NULL,
};
ATTRIBUTE_GROUPS(mq_device);

static ssize_t mq_show_description(struct mdev_type *type, char *buf)
{
	const struct mq_parent *parent = container_of(type, struct mq_parent,
						      type);

	return sysfs_emit(buf,
			  "%u queues of a network port that stays the kernel's, buffers of one size\n",
			  parent->mq->nr_queues);
}

static int mq_probe(struct mdev_device *mdev)
{
	struct mq_parent *parent = container_of(mdev->type, struct mq_parent,
						type);
	struct mq_device *mqd;
	int ret;

	mqd = vfio_alloc_device(mq_device, vdev, &mdev->dev, &mq_vfio_ops);
	if (IS_ERR(mqd))
		return PTR_ERR(mqd);
	mqd->mq = parent->mq;
	dev_set_drvdata(&mdev->dev, mqd);
	ret = vfio_register_emulated_iommu_dev(&mqd->vdev);
	if (ret)
		vfio_put_device(&mqd->vdev);
	return ret;
}

static void mq_remove(struct mdev_device *mdev)
{
	struct mq_device *mqd = dev_get_drvdata(&mdev->dev);

	/* Waits until it is closed, and asks for that now and then. */
	vfio_unregister_group_dev(&mqd->vdev);
	vfio_put_device(&mqd->vdev);
}

static struct mdev_driver mq_driver = {
	.device_api = NETMDEV_API,
	/* Of each parent */
	.max_instances = 1,
	.driver = {
		.name = MQ_NAME,
		.owner = THIS_MODULE,
		.mod_name = KBUILD_MODNAME,
		.dev_groups = mq_device_groups,
	},
	.probe = mq_probe,
	.remove = mq_remove,
	.show_description = mq_show_description,
};

static void mq_parent_release(struct device *dev)
{
	kfree(container_of(dev, struct mq_parent, dev));
}

int mq_parent_create(struct mq *mq)
{
	struct mq_parent *parent = kzalloc(sizeof(*parent), GFP_KERNEL);
	int ret;

	if (!parent)
		return -ENOMEM;
	parent->mq = mq;
	parent->type.sysfs_name = "slot";
	parent->type.pretty_name = "queues, buffers of one size";
	parent->types[0] = &parent->type;
	parent->dev.class = &mq_class;
	parent->dev.release = mq_parent_release;
	device_initialize(&parent->dev);

	ret = dev_set_name(&parent->dev, "mq%d", mq->nr);
	if (ret)
		goto put_device;
	ret = device_add(&parent->dev);
	if (ret)
		goto put_device;
	ret = mdev_register_parent(&parent->parent, &parent->dev, &mq_driver,
				   parent->types, 1);
	if (ret)
		goto delete_device;
	mq->parent = parent;
	return 0;

delete_device:
	device_del(&parent->dev);
put_device:
	put_device(&parent->dev);
	return ret;
}

void mq_parent_destroy(struct mq *mq)
{
	mdev_unregister_parent(&mq->parent->parent);
	device_unregister(&mq->parent->dev);
}

int mq_parent_init(void)
{
	int ret = class_register(&mq_class);

	if (ret)
		return ret;
	ret = mdev_register_driver(&mq_driver);
	if (ret)
		class_unregister(&mq_class);
	return ret;
}

void mq_parent_exit(void)
{
	mdev_unregister_driver(&mq_driver);
	class_unregister(&mq_class);
}
