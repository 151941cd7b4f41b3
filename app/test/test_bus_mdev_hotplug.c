/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <bus_driver.h>
#include <bus_mdev_driver.h>
#include <dev_vfio.h>
#include <rte_alarm.h>
#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_devargs.h>
#include <rte_eal.h>
#include <rte_interrupts.h>
#include <rte_stdatomic.h>
#include <rte_string_fns.h>
#include <rte_thread.h>

#include "test.h"
#include "test_mdev.h"
#include "test_mdev_tree.h"

/*
 * Devices come and go in several processes and threads at once. The devices are
 * those of test_mdev_tree.h. Their driver opens
 * nothing, and does what a test case tells it. The other processes are this program
 * again, as secondary processes: they run the same test, see run_peer().
 */

/* A device API that no other driver knows. */
#define API "bus-mdev-hotplug-test"
#define TYPE "test-hotplug"

#define DEV_A "39a4b0a9-7a0b-4d1c-9d0c-6a3b8f0f5a11"
#define DEV_A_UPPER "39A4B0A9-7A0B-4D1C-9D0C-6A3B8F0F5A11"
#define DEV_B "c1d8e7f2-5e35-4c6b-8a57-0f4f3f9be2d4"
#define DEV_C "7e2b96d3-0d5a-4f0e-b1f9-2c8a4d6e7f58"
#define DEV_D "e05f1c84-93b7-49d2-a6e1-5b7d2f80c39a"
#define NIC "a86c35d0-2f19-4be8-97c4-d13e60fb7285"

static const char * const devices[] = { DEV_A, DEV_B, DEV_C, DEV_D };

/* The other end of the socket of a peer, and the device that it refuses from the start on. */
#define VARIABLE_SOCKET "MDEV_HOTPLUG_SOCKET"
#define VARIABLE_REFUSED "MDEV_HOTPLUG_REFUSED"
/* any process of dpdk-test, as one whose start is measured */
#define VARIABLE_TREE "TEST_MDEV_DEVICES"

#define PEER_TIMEOUT_MS 30000
/* What EAL waits for an answer of another process; nothing here takes that long. */
#define EAL_TIMEOUT_MS 5000
#define ALARM_US 100000

#define ROUNDS 40

/*
 * The driver
 */

typedef int (action_t)(const char *uuid);

/* Room for what a message tells: a UUID, or an alias and arguments */
#define TEXT_SIZE 64

/* What the driver is told to do, in whatever thread it is called. */
static struct orders {
	/* what else to do when a device is probed or removed, unless it is NULL */
	action_t *on_probe;
	action_t *on_remove;
	/* the devices that cannot be probed or removed */
	char refused[TEXT_SIZE];
	char kept[TEXT_SIZE];
	/* whether devices in use take other arguments */
	bool takes_arguments;
} orders;

static pthread_mutex_t orders_lock = PTHREAD_MUTEX_INITIALIZER;

static struct orders
get_orders(void)
{
	struct orders copy;

	pthread_mutex_lock(&orders_lock);
	copy = orders;
	pthread_mutex_unlock(&orders_lock);

	return copy;
}

static void
set_actions(action_t *on_probe, action_t *on_remove)
{
	pthread_mutex_lock(&orders_lock);
	orders.on_probe = on_probe;
	orders.on_remove = on_remove;
	pthread_mutex_unlock(&orders_lock);
}

static void
forbid(char forbidden[TEXT_SIZE], const char *uuid)
{
	pthread_mutex_lock(&orders_lock);
	strlcpy(forbidden, uuid, TEXT_SIZE);
	pthread_mutex_unlock(&orders_lock);
}

static void
take_arguments(bool take)
{
	pthread_mutex_lock(&orders_lock);
	orders.takes_arguments = take;
	pthread_mutex_unlock(&orders_lock);
}

static int
probe(struct rte_mdev_driver *drv __rte_unused, struct rte_mdev_device *dev)
{
	const struct orders todo = get_orders();

	if (strcmp(dev->name, todo.refused) == 0)
		return -EIO;

	return todo.on_probe != NULL ? todo.on_probe(dev->name) : 0;
}

static int
probe_again(struct rte_mdev_driver *drv, struct rte_mdev_device *dev)
{
	return get_orders().takes_arguments ? probe(drv, dev) : -EEXIST;
}

static int
remove_device(struct rte_mdev_device *dev)
{
	const struct orders todo = get_orders();

	if (strcmp(dev->name, todo.kept) == 0)
		return -EBUSY;

	return todo.on_remove != NULL ? todo.on_remove(dev->name) : 0;
}

static const struct rte_mdev_id ids[] = {
	{ .device_api = API },
	{ .device_api = NULL },
};

static struct rte_mdev_driver driver = {
	.id_table = ids,
	.probe = probe,
	.probe_again = probe_again,
	.remove = remove_device,
};

RTE_PMD_REGISTER_MDEV(test_mdev_hotplug, driver);

static bool
has(const char *uuid)
{
	struct rte_dev_iterator it;
	struct rte_device *dev;
	bool found = false;

	RTE_DEV_FOREACH(dev, "bus=mdev", &it)
		found |= strcmp(rte_dev_name(dev), uuid) == 0 && rte_dev_is_probed(dev);

	return found;
}

static int
detach(const char *uuid)
{
	return rte_eal_hotplug_remove("mdev", uuid);
}

/* Attach or detach a device and return a positive errno value. */
static uint32_t
run_attach(void *uuid)
{
	return -rte_dev_probe(uuid);
}

static uint32_t
run_detach(void *uuid)
{
	return -detach(uuid);
}

static bool
await(sem_t *sem, unsigned int timeout_ms)
{
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += timeout_ms / MS_PER_S;

	return sem_timedwait(sem, &end) == 0;
}

static uint64_t
elapsed_ms(uint64_t start)
{
	return (rte_get_timer_cycles() - start) * MS_PER_S / rte_get_timer_hz();
}

static void
post(void *sem)
{
	sem_post(sem);
}

/* As drivers do that finish something in an alarm. */
static int
wait_for_alarm(const char *uuid __rte_unused)
{
	bool rang = false;
	sem_t alarm;

	sem_init(&alarm, 0, 0);
	if (rte_eal_alarm_set(ALARM_US, post, &alarm) == 0) {
		rang = await(&alarm, EAL_TIMEOUT_MS / 2);
		/*
		 * Not after it rang: while that thread is on its way back, this one would
		 * hold its lock again and again, for seconds in a virtual machine whose
		 * processors take turns.
		 */
		if (!rang)
			rte_eal_alarm_cancel(post, &alarm);
	}
	sem_destroy(&alarm);

	return rang ? 0 : -ETIMEDOUT;
}

static int
take_a_second(const char *uuid __rte_unused)
{
	rte_delay_us_sleep(US_PER_S);

	return 0;
}

static sem_t probing, may_go_on;

/*
 * Take as long as the test case wants, to probe a device. It fails if the test case waits
 * for that in turn: just before the other side would give up.
 */
static int
probe_slowly(const char *uuid)
{
	if (strcmp(uuid, DEV_B) != 0)
		return 0;
	sem_post(&probing);

	return await(&may_go_on, EAL_TIMEOUT_MS - MS_PER_S) ? 0 : -ETIMEDOUT;
}

/* The same to remove one, which does not fail: later test cases would have the device. */
static int
remove_slowly(const char *uuid)
{
	probe_slowly(uuid);

	return 0;
}

/*
 * The side of a peer: it answers each command with a number.
 */

enum peer_command {
	PEER_ATTACH,
	PEER_ATTACH_TWO,
	PEER_DETACH,
	PEER_HAS,
	PEER_REFUSE,
	PEER_KEEP,
	PEER_PROBE_AGAIN,
	PEER_PROBE_SLOWLY,
	PEER_REMOVE_SLOWLY,
	PEER_AWAIT_PROBING,
	PEER_GO_ON,
	PEER_ANSWER_TWICE,
	PEER_LAG,
	PEER_FIND,
	PEER_FIND_SLOWLY,
	PEER_WAIT_FOR_ALARM,
	PEER_FORGET_BUS,
	PEER_END_SLOWLY,
	PEER_CYCLE,
	PEER_OPEN,
	PEER_OPEN_UNTIL_ASKED,
};

struct peer_message {
	enum peer_command command;
	char text[TEXT_SIZE];
};

/* Attach and detach a device that nobody else does; returns what failed. */
static int
cycle(const char *uuid)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < ROUNDS && ret == 0; i++) {
		ret = rte_dev_probe(uuid);
		if (ret == 0)
			ret = detach(uuid);
		if (ret != 0)
			fprintf(stderr, "%s: round %u: result %d\n", uuid, i, ret);
	}

	return ret;
}

static int
forget_bus(void)
{
	struct rte_bus *bus = rte_bus_find_by_name("mdev");

	if (bus != NULL)
		rte_bus_unregister(bus);

	return 0;
}

/* Tell whether the primary process gives out what a device is opened through. */
static bool
can_open(const char *uuid)
{
	int fd;

	return dev_vfio_setup_device(MDEV_DEVICES, uuid, &fd) == 0 &&
		dev_vfio_release_device(MDEV_DEVICES, uuid, fd) == 0;
}

/* The other end of it is the test's. */
static int peer_socket;

/*
 * Open a device again and again until there is another command; returns how often that
 * was done before the command came.
 */
static int
open_until_asked(const char *uuid)
{
	struct pollfd event = { .fd = peer_socket, .events = POLLIN };
	int opened = 0;

	for (;;) {
		if (!can_open(uuid))
			return -EIO;
		if (poll(&event, 1, 0) != 0)
			return opened;
		opened++;
	}
}

static int
begin_slowly(action_t *on_probe, action_t *on_remove)
{
	sem_init(&probing, 0, 0);
	sem_init(&may_go_on, 0, 0);
	set_actions(on_probe, on_remove);

	return 0;
}

/* Say to the primary process that an earlier request has succeeded. */
static void
answer_earlier(void)
{
	struct rte_mp_msg late = {
		.name = "eal_dev_mp_request",
		.len_param = RTE_MP_MAX_PARAM_LEN,
	};
	char primary[PATH_MAX];

	snprintf(primary, sizeof(primary), "%s/mp_socket", rte_eal_get_runtime_dir());
	rte_mp_reply(&late, primary);
}

static int
take_a_moment(const char *uuid __rte_unused)
{
	rte_delay_us_sleep(ALARM_US);

	return 0;
}

/* Fail after such an answer; at once, that would take the place of the answer. */
static int
answer_twice(const char *uuid)
{
	answer_earlier();
	take_a_moment(uuid);

	return -EIO;
}

/* Lag behind the primary process by an answer, from the first device on that is removed. */
static int
begin_to_lag(const char *uuid)
{
	set_actions(take_a_moment, take_a_moment);
	answer_earlier();

	return take_a_moment(uuid);
}

/* The thread waits for its answer when the second device is asked for. */
static int
attach_two(void)
{
	static char uuid_b[] = DEV_B;
	rte_thread_t thread;
	uint32_t result = 0;
	int ret;

	ret = rte_thread_create(&thread, NULL, run_attach, uuid_b);
	if (ret != 0)
		return ret;
	rte_delay_us_sleep(US_PER_S / 5);
	ret = rte_dev_probe(DEV_A);
	rte_thread_join(thread, &result);

	return ret != 0 ? ret : -(int)result;
}

static int
find_slowly(void)
{
	set_actions(take_a_second, NULL);

	return rte_bus_probe();
}

static int
obey(const struct peer_message *msg)
{
	switch (msg->command) {
	case PEER_ATTACH:
		return rte_dev_probe(msg->text);
	case PEER_ATTACH_TWO:
		return attach_two();
	case PEER_DETACH:
		return detach(msg->text);
	case PEER_HAS:
		return has(msg->text);
	case PEER_REFUSE:
		forbid(orders.refused, msg->text);
		return 0;
	case PEER_KEEP:
		forbid(orders.kept, msg->text);
		return 0;
	case PEER_PROBE_AGAIN:
		take_arguments(msg->text[0] != '\0');
		return 0;
	case PEER_PROBE_SLOWLY:
		return begin_slowly(probe_slowly, NULL);
	case PEER_REMOVE_SLOWLY:
		return begin_slowly(NULL, remove_slowly);
	case PEER_AWAIT_PROBING:
		return await(&probing, EAL_TIMEOUT_MS);
	case PEER_GO_ON:
		return sem_post(&may_go_on);
	case PEER_ANSWER_TWICE:
		set_actions(answer_twice, NULL);
		return 0;
	case PEER_LAG:
		set_actions(take_a_moment, begin_to_lag);
		return 0;
	case PEER_FIND:
		return rte_bus_probe();
	case PEER_FIND_SLOWLY:
		return find_slowly();
	case PEER_WAIT_FOR_ALARM:
		set_actions(msg->text[0] != '\0' ? wait_for_alarm : NULL, NULL);
		return 0;
	case PEER_FORGET_BUS:
		return forget_bus();
	case PEER_END_SLOWLY:
		set_actions(NULL, take_a_second);
		return 0;
	case PEER_CYCLE:
		return cycle(msg->text);
	case PEER_OPEN:
		return can_open(msg->text);
	case PEER_OPEN_UNTIL_ASKED:
		return open_until_asked(msg->text);
	}

	return -EINVAL;
}

/* Serve until the other end is closed. */
static int
run_peer(void)
{
	const char *socket_number = getenv(VARIABLE_SOCKET);
	struct peer_message msg;
	int answer = 0;

	if (socket_number == NULL)
		return TEST_SKIPPED;
	peer_socket = atoi(socket_number);

	while (send(peer_socket, &answer, sizeof(answer), MSG_NOSIGNAL) == sizeof(answer)) {
		if (recv(peer_socket, &msg, sizeof(msg), 0) != sizeof(msg))
			break;
		answer = obey(&msg);
	}

	return TEST_SUCCESS;
}

/* Before EAL brings a peer the devices of its primary process. */
RTE_INIT(refuse_from_start)
{
	const char *uuid = getenv(VARIABLE_REFUSED);

	if (uuid != NULL)
		forbid(orders.refused, uuid);
}

/* The same for the directory that lists the devices. */
RTE_INIT(use_tree)
{
	rte_mdev_set_sysfs_path(getenv(VARIABLE_TREE));
}

/*
 * The side of the test
 */

struct peer {
	pid_t pid;
	int fd;
	/* what it has been told and has not answered yet, as where a test case has failed */
	unsigned int unanswered;
};

/* Two that are there all the time, and one for some test cases. */
static struct peer peers[2], guest;

static void
tell(struct peer *peer, enum peer_command command, const char *text)
{
	struct peer_message msg = { .command = command };

	strlcpy(msg.text, text, sizeof(msg.text));
	if (send(peer->fd, &msg, sizeof(msg), MSG_NOSIGNAL) != sizeof(msg))
		printf("a peer does not listen: %s\n", strerror(errno));
	peer->unanswered++;
}

static int
get_answer(struct peer *peer)
{
	struct pollfd event = { .fd = peer->fd, .events = POLLIN };
	int answer;

	if (poll(&event, 1, PEER_TIMEOUT_MS) != 1 ||
			recv(peer->fd, &answer, sizeof(answer), 0) != sizeof(answer)) {
		printf("a peer does not answer\n");
		return -EPIPE;
	}
	peer->unanswered--;

	return answer;
}

static int
ask(struct peer *peer, enum peer_command command, const char *text)
{
	tell(peer, command, text);

	return get_answer(peer);
}

static void
exec_peer(int fd, const char *uuid)
{
	char number[16];
	char prefix[NAME_MAX];
	char dir[PATH_MAX];

	strlcpy(dir, rte_eal_get_runtime_dir(), sizeof(dir));
	snprintf(prefix, sizeof(prefix), "--file-prefix=%s", basename(dir));
	snprintf(number, sizeof(number), "%d", fd);
	setenv(VARIABLE_SOCKET, number, 1);
	setenv(VARIABLE_TREE, tree_bus, 1);
	setenv("DPDK_TEST", "bus_mdev_hotplug_autotest", 1);
	/* what is to be seen of a peer is what it logs */
	if (freopen("/dev/null", "w", stdout) == NULL)
		_exit(EXIT_FAILURE);
	if (uuid != NULL)
		setenv(VARIABLE_REFUSED, uuid, 1);
	execl("/proc/self/exe", "dpdk-test", "--proc-type=secondary", prefix, "-l", "0", NULL);
	_exit(EXIT_FAILURE);
}

/* Start a secondary process, which cannot have one device unless that is NULL. */
static int
start_peer(struct peer *peer, const char *uuid)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds) < 0)
		return -errno;
	fcntl(fds[0], F_SETFD, FD_CLOEXEC);

	fflush(stdout);
	peer->pid = fork();
	if (peer->pid == 0)
		exec_peer(fds[1], uuid);
	peer->fd = fds[0];
	peer->unanswered = 1;
	close(fds[1]);

	return get_answer(peer);
}

static int
end_peer(struct peer *peer)
{
	int status = -1;

	if (peer->pid <= 0)
		return 0;
	close(peer->fd);
	waitpid(peer->pid, &status, 0);
	peer->pid = 0;

	return status;
}

/* Do this process and the two peers have the device? They must agree. */
static int
all_have(const char *uuid, bool wanted)
{
	unsigned int i;

	TEST_ASSERT_EQUAL(has(uuid), wanted, "%s in the primary process", uuid);
	for (i = 0; i < RTE_DIM(peers); i++)
		TEST_ASSERT_EQUAL(ask(&peers[i], PEER_HAS, uuid), wanted,
				  "%s in peer %u", uuid, i);

	return 0;
}

static int
make_devices(void)
{
	unsigned int i;

	if (make_tree() < 0 || make_type(TYPE, API "\n") < 0)
		return -1;
	for (i = 0; i < RTE_DIM(devices); i++) {
		if (make_device(devices[i], TYPE) < 0)
			return -1;
	}

	return 0;
}

/*
 * Setup and teardown
 */

static int
suite_setup(void)
{
	unsigned int i;

	if (!rte_eal_has_hugepages()) {
		printf("Skipped: without huge pages there are no secondary processes\n");
		return TEST_SKIPPED;
	}

	/* what is said before a crash shall be seen */
	setvbuf(stdout, NULL, _IOLBF, 0);

	TEST_ASSERT_SUCCESS(make_devices(), "cannot make devices");
	for (i = 0; i < RTE_DIM(peers); i++)
		TEST_ASSERT_SUCCESS(start_peer(&peers[i], NULL), "cannot start peer %u", i);

	/* for the first time it may take long, as code is read from a disk meanwhile */
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach");
	TEST_ASSERT_SUCCESS(detach(DEV_A), "cannot detach");

	return 0;
}

static void
suite_teardown(void)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(peers); i++) {
		if (end_peer(&peers[i]) != 0)
			printf("peer %u did not end well\n", i);
	}
	rte_mdev_set_sysfs_path(NULL);
	remove_tree();
}

/* Leave all processes as they were, wherever the test case stopped. */
static void
reset(void)
{
	unsigned int i;

	end_peer(&guest);
	set_actions(NULL, NULL);
	take_arguments(false);
	for (i = 0; i < RTE_DIM(peers); i++) {
		while (peers[i].unanswered > 0 && get_answer(&peers[i]) != -EPIPE)
			;
		ask(&peers[i], PEER_REFUSE, "");
		ask(&peers[i], PEER_KEEP, "");
		ask(&peers[i], PEER_PROBE_AGAIN, "");
		ask(&peers[i], PEER_WAIT_FOR_ALARM, "");
	}
	for (i = 0; i < RTE_DIM(devices); i++) {
		if (has(devices[i]))
			detach(devices[i]);
	}
}

/*
 * Test cases: what waits for what
 */

/* An alarm rings while this process attaches a device for another one. */
static int
test_request_beside_alarm(void)
{
	int ret;

	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach");

	begin_slowly(probe_slowly, wait_for_alarm);
	tell(&peers[0], PEER_ATTACH, DEV_B);
	TEST_ASSERT(await(&probing, EAL_TIMEOUT_MS), "the request is not served");
	ret = detach(DEV_A);
	sem_post(&may_go_on);
	TEST_ASSERT_SUCCESS(ret, "cannot detach: %d", ret);
	TEST_ASSERT_SUCCESS(get_answer(&peers[0]), "the peer cannot attach");

	return all_have(DEV_A, false) == 0 ? all_have(DEV_B, true) : TEST_FAILED;
}

/* The same in a secondary process. */
static int
test_alarm_in_secondary(void)
{
	TEST_ASSERT_SUCCESS(ask(&peers[0], PEER_WAIT_FOR_ALARM, "yes"), "no answer");
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "the alarm did not ring");

	return all_have(DEV_A, true);
}

static pthread_mutex_t application_lock = PTHREAD_MUTEX_INITIALIZER;

/* As in a callback of the application, for the new device. */
static int
take_lock(const char *uuid)
{
	if (strcmp(uuid, DEV_B) == 0) {
		sem_post(&probing);
		pthread_mutex_lock(&application_lock);
		pthread_mutex_unlock(&application_lock);
	}

	return 0;
}

/* The application detaches under a lock that it takes in its callbacks as well. */
static int
test_lock_of_application(void)
{
	uint64_t start;
	int ret;

	sem_init(&probing, 0, 0);
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach");

	set_actions(take_lock, NULL);
	pthread_mutex_lock(&application_lock);
	tell(&peers[0], PEER_ATTACH, DEV_B);
	ret = await(&probing, EAL_TIMEOUT_MS) ? 0 : -ETIMEDOUT;
	start = rte_get_timer_cycles();
	if (ret == 0)
		ret = detach(DEV_A);
	pthread_mutex_unlock(&application_lock);
	TEST_ASSERT_SUCCESS(ret, "cannot detach: %d", ret);
	TEST_ASSERT(elapsed_ms(start) < EAL_TIMEOUT_MS / 2, "it took %" PRIu64 " ms",
		    elapsed_ms(start));
	TEST_ASSERT_SUCCESS(get_answer(&peers[0]), "the peer cannot attach");

	return all_have(DEV_A, false) == 0 ? all_have(DEV_B, true) : TEST_FAILED;
}

/* An interrupt of a device, whose callback attaches another one. */
static struct rte_intr_handle *intr;
static int attached_in_callback;

static void
attach_in_callback(void *arg __rte_unused)
{
	eventfd_t value;

	eventfd_read(rte_intr_fd_get(intr), &value);
	sem_post(&probing);
	attached_in_callback = rte_dev_probe(DEV_B);
}

/* As drivers do: wait for the end of the callback. */
static int
unregister_callback(const char *uuid __rte_unused)
{
	eventfd_write(rte_intr_fd_get(intr), 1);
	if (!await(&probing, EAL_TIMEOUT_MS))
		return -ETIMEDOUT;

	return rte_intr_callback_unregister_sync(intr, attach_in_callback, NULL) == 1 ?
		0 : -EIO;
}

static int
check_attach_in_callback(void)
{
	rte_intr_type_set(intr, RTE_INTR_HANDLE_EXT);
	rte_intr_fd_set(intr, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
	TEST_ASSERT_SUCCESS(rte_intr_callback_register(intr, attach_in_callback, NULL),
			    "no interrupt");
	set_actions(NULL, unregister_callback);
	TEST_ASSERT_SUCCESS(detach(DEV_A), "cannot detach");
	set_actions(NULL, NULL);
	TEST_ASSERT_SUCCESS(attached_in_callback, "cannot attach: %d", attached_in_callback);

	return all_have(DEV_A, false) == 0 ? all_have(DEV_B, true) : TEST_FAILED;
}

static int
test_attach_in_callback(void)
{
	int ret;

	sem_init(&probing, 0, 0);
	attached_in_callback = -1;
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach");
	intr = rte_intr_instance_alloc(RTE_INTR_INSTANCE_F_PRIVATE);
	TEST_ASSERT_NOT_NULL(intr, "no memory");

	ret = check_attach_in_callback();
	close(rte_intr_fd_get(intr));
	rte_intr_instance_free(intr);

	return ret;
}

/* While a thread does so, and a peer takes its time, nobody else can. */
static int
check_alone(rte_thread_func func, enum peer_command slowly)
{
	static char uuid_b[] = DEV_B;
	int begun, here, detached, there;
	rte_thread_t thread;
	uint32_t result = 0;

	TEST_ASSERT_SUCCESS(ask(&peers[0], slowly, ""), "no answer");
	TEST_ASSERT_SUCCESS(rte_thread_create(&thread, NULL, func, uuid_b), "no thread");
	begun = ask(&peers[0], PEER_AWAIT_PROBING, "");
	here = rte_dev_probe(DEV_B);
	detached = detach(DEV_B);
	there = ask(&peers[1], PEER_ATTACH, DEV_B);
	ask(&peers[0], PEER_GO_ON, "");
	rte_thread_join(thread, &result);

	TEST_ASSERT_EQUAL(begun, 1, "the peer was not asked");
	TEST_ASSERT_SUCCESS(result, "it failed: %u", result);
	TEST_ASSERT_EQUAL(here, -EBUSY, "attached meanwhile: %d", here);
	TEST_ASSERT_EQUAL(detached, -EBUSY, "detached meanwhile: %d", detached);
	TEST_ASSERT_EQUAL(there, -EBUSY, "attached for a peer meanwhile: %d", there);

	return 0;
}

static int
test_claimed_in_all_processes(void)
{
	if (check_alone(run_attach, PEER_PROBE_SLOWLY) != 0 || all_have(DEV_B, true) != 0 ||
			check_alone(run_detach, PEER_REMOVE_SLOWLY) != 0)
		return TEST_FAILED;

	return all_have(DEV_B, false);
}

/* Two threads of a peer ask for devices, and this process takes its time. */
static int
test_two_threads_of_peer(void)
{
	int ret;

	begin_slowly(probe_slowly, NULL);
	tell(&peers[0], PEER_ATTACH_TWO, "");
	if (await(&probing, EAL_TIMEOUT_MS))
		rte_delay_us_sleep(US_PER_S / 2);
	sem_post(&may_go_on);
	ret = get_answer(&peers[0]);
	TEST_ASSERT_SUCCESS(ret, "not both attached: %d", ret);

	return all_have(DEV_A, true) == 0 ? all_have(DEV_B, true) : TEST_FAILED;
}

/* The answer to a request that took too long is none to the next one. */
static int
test_late_answer(void)
{
	TEST_ASSERT_SUCCESS(ask(&peers[0], PEER_ANSWER_TWICE, ""), "no answer");
	TEST_ASSERT_EQUAL(rte_dev_probe(DEV_A), -ENOMSG, "an earlier answer was taken");

	return all_have(DEV_A, false);
}

/* Who tries again at once has the answers to the second attempt. */
static int
test_retry_after_late_answer(void)
{
	int first, second;

	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach");
	TEST_ASSERT_SUCCESS(ask(&peers[0], PEER_LAG, ""), "no answer");
	first = detach(DEV_A);
	second = detach(DEV_A);
	TEST_ASSERT_EQUAL(first, -ENOMSG, "an earlier answer was taken");
	TEST_ASSERT_SUCCESS(second, "cannot detach at the second attempt: %d", second);

	return all_have(DEV_A, false);
}

/* What cannot be claimed leaves no claim: the second attempt ends as the first one does. */
static int
test_device_without_bus(void)
{
	struct rte_device dev = { .name = "device_without_bus" };

	TEST_ASSERT_EQUAL(rte_dev_remove(&dev), -EINVAL, "detached from no bus");
	TEST_ASSERT_EQUAL(rte_dev_remove(&dev), -EINVAL, "the device is still claimed");

	return TEST_SUCCESS;
}

/*
 * Test cases: who has what
 */

/* Attach a device that the guest cannot have at first. */
static int
start_guest_without(const char *uuid)
{
	TEST_ASSERT_SUCCESS(rte_dev_probe(uuid), "cannot attach");
	TEST_ASSERT_SUCCESS(start_peer(&guest, uuid), "cannot start the guest");
	TEST_ASSERT_EQUAL(ask(&guest, PEER_HAS, uuid), 0, "the guest has the device");

	return 0;
}

/*
 * Attaching fails here by one name and for a peer by another one, as some process refuses
 * the device. Who has it is the same after each.
 */
static int
check_refused(const char *name, const char *peer_name, const char *uuid, bool had)
{
	TEST_ASSERT_EQUAL(rte_dev_probe(name), -EIO, "attached where it cannot be");
	if (all_have(uuid, had) != 0)
		return TEST_FAILED;
	TEST_ASSERT_EQUAL(ask(&peers[0], PEER_ATTACH, peer_name), -EIO,
			  "attached where it cannot be, for a peer");

	return all_have(uuid, had);
}

static int
test_attached_is_kept(void)
{
	if (start_guest_without(DEV_A) != 0)
		return TEST_FAILED;

	if (check_refused(DEV_A, DEV_A, DEV_A, true) != 0)
		return TEST_FAILED;

	TEST_ASSERT_SUCCESS(ask(&guest, PEER_REFUSE, ""), "no answer");
	TEST_ASSERT_SUCCESS(ask(&guest, PEER_ATTACH, DEV_A), "the guest cannot attach");
	TEST_ASSERT_EQUAL(ask(&guest, PEER_ATTACH, DEV_A), -EEXIST, "attached twice");
	TEST_ASSERT_EQUAL(ask(&peers[0], PEER_ATTACH, DEV_A), -EEXIST,
			  "attached twice, by a peer");
	TEST_ASSERT_EQUAL(rte_dev_probe(DEV_A), -EEXIST, "attached twice, here");

	return all_have(DEV_A, true);
}

/* The same for drivers that take the new arguments, here and in a peer. */
static int
test_probed_again_is_kept(void)
{
	if (start_guest_without(DEV_A) != 0)
		return TEST_FAILED;
	take_arguments(true);
	TEST_ASSERT_SUCCESS(ask(&peers[0], PEER_PROBE_AGAIN, "yes"), "no answer");

	if (check_refused(DEV_A, DEV_A, DEV_A, true) != 0)
		return TEST_FAILED;

	TEST_ASSERT_SUCCESS(ask(&guest, PEER_REFUSE, ""), "no answer");
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "the new arguments were not taken");

	return all_have(DEV_A, true);
}

/* Wait until a process finds on its own what this process has begun to attach. */
static int
let_find(struct peer *peer, const char *uuid)
{
	unsigned int ms;

	for (ms = 0; ms < EAL_TIMEOUT_MS / 2; ms += 10) {
		ask(peer, PEER_FIND, "");
		if (ask(peer, PEER_HAS, uuid) == 1)
			return 0;
		rte_delay_us_sleep(10 * US_PER_S / MS_PER_S);
	}

	return -ETIMEDOUT;
}

/* A process that starts finds the device before it is asked to attach it, and others fail. */
static int
test_found_meanwhile(void)
{
	static char uuid_a[] = DEV_A, uuid_b[] = DEV_B;
	uint32_t result_a = 0, result_b = 0;
	rte_thread_t thread_a, thread_b;
	int held, found = -1;

	TEST_ASSERT_SUCCESS(start_peer(&guest, NULL), "cannot start the guest");
	TEST_ASSERT_SUCCESS(ask(&peers[1], PEER_REFUSE, DEV_A), "no answer");
	TEST_ASSERT_SUCCESS(ask(&peers[0], PEER_PROBE_SLOWLY, ""), "no answer");

	/* what is asked for DEV_A waits until all have DEV_B */
	TEST_ASSERT_SUCCESS(rte_thread_create(&thread_b, NULL, run_attach, uuid_b), "no thread");
	held = ask(&peers[0], PEER_AWAIT_PROBING, "");
	if (rte_thread_create(&thread_a, NULL, run_attach, uuid_a) == 0) {
		found = let_find(&guest, DEV_A);
		ask(&peers[0], PEER_GO_ON, "");
		rte_thread_join(thread_a, &result_a);
	}
	rte_thread_join(thread_b, &result_b);

	TEST_ASSERT_EQUAL(held, 1, "the other device is not being attached");
	TEST_ASSERT_SUCCESS(found, "the guest does not find the device");
	TEST_ASSERT_SUCCESS(result_b, "cannot attach the other device: %u", result_b);
	TEST_ASSERT_EQUAL(result_a, EIO, "attached where it cannot be: %u", result_a);
	TEST_ASSERT_EQUAL(ask(&guest, PEER_HAS, DEV_A), 0, "the guest keeps the device");

	return all_have(DEV_A, false) == 0 ? all_have(DEV_B, true) : TEST_FAILED;
}

static int
await_lack(struct peer *peer, const char *uuid)
{
	unsigned int ms;

	for (ms = 0; ms < EAL_TIMEOUT_MS / 4; ms += 10) {
		if (ask(peer, PEER_HAS, uuid) == 0)
			return 0;
		rte_delay_us_sleep(10 * US_PER_S / MS_PER_S);
	}

	return -ETIMEDOUT;
}

/*
 * Attaching fails, or the device is detached. The guest has given it up, and finds it
 * again before this process gives it up, which waits for a peer.
 */
static int
check_found_late(rte_thread_func run, uint32_t wanted, enum peer_command find)
{
	static char uuid_b[] = DEV_B;
	int begun, lacks, answer;
	rte_thread_t thread;
	uint32_t result = 0;

	TEST_ASSERT_SUCCESS(ask(&peers[0], PEER_REMOVE_SLOWLY, ""), "no answer");
	TEST_ASSERT_SUCCESS(rte_thread_create(&thread, NULL, run, uuid_b), "no thread");
	begun = ask(&peers[0], PEER_AWAIT_PROBING, "");
	lacks = await_lack(&guest, DEV_B);
	tell(&guest, find, "");
	/* it is to be found now, but perhaps not to be attached to the end */
	rte_delay_us_sleep(US_PER_S / 2);
	ask(&peers[0], PEER_GO_ON, "");
	rte_thread_join(thread, &result);
	answer = get_answer(&guest);

	TEST_ASSERT_EQUAL(begun, 1, "no peer detaches the device");
	TEST_ASSERT_SUCCESS(lacks, "the guest does not detach the device");
	TEST_ASSERT_EQUAL(result, wanted, "the result is %u instead of %u", result, wanted);
	TEST_ASSERT(answer != -EPIPE, "the guest is lost");
	TEST_ASSERT_EQUAL(ask(&guest, PEER_HAS, DEV_B), 0, "the guest keeps the device");

	return all_have(DEV_B, false);
}

static int
test_found_late(void)
{
	TEST_ASSERT_SUCCESS(start_peer(&guest, NULL), "cannot start the guest");
	TEST_ASSERT_SUCCESS(ask(&peers[1], PEER_REFUSE, DEV_B), "no answer");

	if (check_found_late(run_attach, EIO, PEER_FIND) != 0)
		return TEST_FAILED;

	return check_found_late(run_attach, EIO, PEER_FIND_SLOWLY);
}

static uint32_t
run_detach_by_peer(void *uuid)
{
	return -ask(&peers[1], PEER_DETACH, uuid);
}

static int
test_found_when_detached(void)
{
	rte_thread_func const run[] = { run_detach, run_detach_by_peer };
	unsigned int i;

	TEST_ASSERT_SUCCESS(start_peer(&guest, NULL), "cannot start the guest");
	for (i = 0; i < RTE_DIM(run); i++) {
		TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_B), "cannot attach");
		if (check_found_late(run[i], 0, PEER_FIND) != 0)
			return TEST_FAILED;
	}
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_B), "cannot attach");

	return check_found_late(run_detach, 0, PEER_FIND_SLOWLY);
}

static int
test_upper_case(void)
{
	TEST_ASSERT_SUCCESS(ask(&peers[1], PEER_REFUSE, DEV_A), "no answer");
	if (check_refused(DEV_A_UPPER, "mdev:" DEV_A_UPPER, DEV_A, false) != 0)
		return TEST_FAILED;

	TEST_ASSERT_SUCCESS(ask(&peers[1], PEER_REFUSE, ""), "no answer");
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A_UPPER), "cannot attach");
	if (all_have(DEV_A, true) != 0)
		return TEST_FAILED;
	TEST_ASSERT_SUCCESS(ask(&peers[0], PEER_DETACH, DEV_A_UPPER), "a peer cannot detach");
	if (all_have(DEV_A, false) != 0)
		return TEST_FAILED;
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach again");
	TEST_ASSERT_SUCCESS(detach(DEV_A_UPPER), "cannot detach");

	return all_have(DEV_A, false);
}

static int
test_detach_what_guest_lacks(void)
{
	if (start_guest_without(DEV_A) != 0)
		return TEST_FAILED;
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_B), "cannot attach");

	TEST_ASSERT_SUCCESS(detach(DEV_A), "not detached: the guest could not attach it");
	if (all_have(DEV_A, false) != 0)
		return TEST_FAILED;
	TEST_ASSERT_SUCCESS(ask(&guest, PEER_FORGET_BUS, ""), "no answer");
	TEST_ASSERT_SUCCESS(detach(DEV_B), "not detached: the guest does not have the bus");

	return all_have(DEV_B, false);
}

/* What cannot be detached everywhere comes back where it was, and only there. */
static int
test_failed_detach(void)
{
	if (start_guest_without(DEV_A) != 0)
		return TEST_FAILED;
	TEST_ASSERT_SUCCESS(ask(&guest, PEER_REFUSE, ""), "no answer");

	TEST_ASSERT_SUCCESS(ask(&peers[1], PEER_KEEP, DEV_A), "no answer");
	TEST_ASSERT_EQUAL(detach(DEV_A), -EBUSY, "detached where it cannot be");
	if (all_have(DEV_A, true) != 0)
		return TEST_FAILED;
	TEST_ASSERT_EQUAL(ask(&guest, PEER_HAS, DEV_A), 0, "the guest was given it");

	TEST_ASSERT_SUCCESS(ask(&peers[1], PEER_KEEP, ""), "no answer");
	forbid(orders.kept, DEV_A);
	TEST_ASSERT_EQUAL(ask(&peers[0], PEER_DETACH, DEV_A), -EBUSY, "detached here");
	forbid(orders.kept, "");
	if (all_have(DEV_A, true) != 0)
		return TEST_FAILED;
	TEST_ASSERT_EQUAL(ask(&guest, PEER_HAS, DEV_A), 0, "the guest was given it, then");

	TEST_ASSERT_SUCCESS(detach(DEV_A), "cannot detach");

	return all_have(DEV_A, false);
}

/* A process that is giving up its devices does not hold up others. */
static int
test_ending_secondary(void)
{
	uint64_t start;
	int status;

	TEST_ASSERT_SUCCESS(start_peer(&guest, NULL), "cannot start the guest");
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach");
	TEST_ASSERT_EQUAL(ask(&guest, PEER_HAS, DEV_A), 1, "the guest lacks the device");
	TEST_ASSERT_SUCCESS(ask(&guest, PEER_END_SLOWLY, ""), "no answer");

	shutdown(guest.fd, SHUT_RDWR);
	rte_delay_us_sleep(US_PER_S / 2);
	start = rte_get_timer_cycles();
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_B), "cannot attach");
	TEST_ASSERT_SUCCESS(detach(DEV_A), "cannot detach");
	TEST_ASSERT(elapsed_ms(start) < EAL_TIMEOUT_MS / 2, "it took %" PRIu64 " ms",
		    elapsed_ms(start));
	status = end_peer(&guest);
	TEST_ASSERT_SUCCESS(status, "the guest did not end well: %d", status);

	return all_have(DEV_A, false) == 0 ? all_have(DEV_B, true) : TEST_FAILED;
}

/*
 * Test cases: all at once
 */

static RTE_ATOMIC(bool) stop;

static uint32_t
run_cycle(void *uuid)
{
	return cycle(uuid) != 0;
}

/* Two threads attach and detach the same device: errors are right, but no harm. */
static uint32_t
run_fight(void *uuid)
{
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		rte_dev_probe(uuid);
		detach(uuid);
	}

	return 0;
}

static uint32_t
run_reader(void *arg __rte_unused)
{
	FILE *file = fopen("/dev/null", "w");

	if (file == NULL)
		return 1;
	while (!rte_atomic_load_explicit(&stop, rte_memory_order_relaxed)) {
		has(DEV_A);
		rte_devargs_dump(file);
	}
	fclose(file);

	return 0;
}

static int
test_all_at_once(void)
{
	static char uuid_a[] = DEV_A, uuid_b[] = DEV_B, uuid_c[] = DEV_C;
	struct {
		rte_thread_func func;
		void *arg;
		rte_thread_t thread;
	} jobs[] = {
		{ .func = run_cycle, .arg = uuid_a },
		{ .func = run_cycle, .arg = uuid_b },
		{ .func = run_fight, .arg = uuid_c },
		{ .func = run_fight, .arg = uuid_c },
		{ .func = run_reader },
	};
	unsigned int i, started;
	uint32_t bad, total = 0;
	int ret;

	stop = false;
	tell(&peers[0], PEER_CYCLE, DEV_D);
	for (started = 0; started < RTE_DIM(jobs); started++) {
		if (rte_thread_create(&jobs[started].thread, NULL, jobs[started].func,
				      jobs[started].arg) != 0)
			break;
	}
	for (i = 0; i < started; i++) {
		/* the reader, which is the last one, reads as long as the others work */
		if (i == RTE_DIM(jobs) - 1)
			rte_atomic_store_explicit(&stop, true, rte_memory_order_relaxed);
		if (rte_thread_join(jobs[i].thread, &bad) == 0)
			total += bad;
	}
	ret = get_answer(&peers[0]);
	TEST_ASSERT_EQUAL(started, RTE_DIM(jobs), "cannot start the threads");
	TEST_ASSERT_EQUAL(total, 0, "%u threads failed", total);
	TEST_ASSERT_SUCCESS(ret, "the peer failed: %d", ret);

	detach(DEV_C);
	for (i = 0; i < RTE_DIM(devices); i++) {
		if (all_have(devices[i], false) != 0)
			return TEST_FAILED;
		TEST_ASSERT_SUCCESS(rte_dev_probe(devices[i]), "cannot attach");
		if (all_have(devices[i], true) != 0)
			return TEST_FAILED;
	}

	return TEST_SUCCESS;
}

/*
 * Test cases: VFIO, with NICs of the kernel module mdev_vnet
 */

static int
create_nic(void)
{
	if (mdev_write_file(MDEV_CREATE("mdev_vnet", "nic"), NIC) != 0) {
		printf("Skipped: no right to create NICs, or mdev_vnet is not loaded\n");
		return TEST_SKIPPED;
	}

	return 0;
}

static void
remove_nic(void)
{
	reset();
	mdev_remove(NIC);
}

/* Nobody can open the group of a device that is in use; a file of its own, everybody. */
static int
check_group_is_free(const char *uuid)
{
	char path[PATH_MAX];
	int group, fd;

	if (dev_vfio_get_mode() == DEV_VFIO_MODE_CDEV)
		return TEST_SUCCESS;

	TEST_ASSERT_SUCCESS(dev_vfio_get_group_num(MDEV_DEVICES, uuid, &group), "no group");
	snprintf(path, sizeof(path), "/dev/vfio/%d", group);
	fd = open(path, O_RDWR | O_CLOEXEC);
	TEST_ASSERT(fd >= 0, "%s is open: %s", path, strerror(errno));
	close(fd);

	return TEST_SUCCESS;
}

/* The primary process opens nothing because another one asks for it. */
static int
test_group_for_secondary(void)
{
	int fd;

	TEST_ASSERT_EQUAL(ask(&peers[0], PEER_OPEN, NIC), 0,
			  "the peer was given a device that nobody uses");
	TEST_ASSERT_SUCCESS(check_group_is_free(NIC), "the primary process has opened it");

	TEST_ASSERT_SUCCESS(dev_vfio_setup_device(MDEV_DEVICES, NIC, &fd),
			    "VFIO does not work any more");
	TEST_ASSERT_EQUAL(ask(&peers[0], PEER_OPEN, NIC), 1,
			  "the peer was not given a device in use");
	TEST_ASSERT_SUCCESS(dev_vfio_release_device(MDEV_DEVICES, NIC, fd), "cannot release");

	return TEST_SUCCESS;
}

/* With NIC, one more than the tables of VFIO have room for when they have grown once. */
#define OTHER_NICS 32

static const char *
other_nic(unsigned int i)
{
	static char uuid[RTE_UUID_STRLEN];

	snprintf(uuid, sizeof(uuid), "%02xe3a94c-61d7-4f52-b08e-9c5a27f4d183", i);

	return uuid;
}

static int
create_many_nics(void)
{
	unsigned int i;
	int ret;

	ret = create_nic();
	for (i = 0; i < OTHER_NICS && ret == 0; i++)
		ret = mdev_write_file(MDEV_CREATE("mdev_vnet", "nic"), other_nic(i));

	return ret;
}

static void
remove_many_nics(void)
{
	unsigned int i;

	remove_nic();
	for (i = 0; i < OTHER_NICS; i++)
		mdev_remove(other_nic(i));
}

/* Open all others and close them again; returns what failed. */
static int
open_other_nics(void)
{
	int fds[OTHER_NICS];
	unsigned int i;
	int failed = 0;

	for (i = 0; i < OTHER_NICS; i++) {
		if (dev_vfio_setup_device(MDEV_DEVICES, other_nic(i), &fds[i]) != 0)
			fds[i] = -1;
		/* let the peer go on, which may be bound to the same core */
		rte_delay_us_sleep(US_PER_S / MS_PER_S);
	}
	for (i = 0; i < OTHER_NICS; i++) {
		if (fds[i] < 0 || dev_vfio_release_device(MDEV_DEVICES, other_nic(i), fds[i]) != 0)
			failed++;
	}

	return failed;
}

/*
 * The tables of groups and devices move while files in them are given out. Whether one is
 * read at the very moment when it moves is a matter of chance. When it is, and nothing
 * prevents it, AddressSanitizer tells of the use after free; without, it may go unseen.
 */
static int
test_given_out_while_tables_grow(void)
{
	int begun, opened, failed;
	int fd;

	TEST_ASSERT_SUCCESS(dev_vfio_setup_device(MDEV_DEVICES, NIC, &fd), "cannot open");
	begun = ask(&peers[0], PEER_OPEN, NIC);
	tell(&peers[0], PEER_OPEN_UNTIL_ASKED, NIC);
	failed = open_other_nics();
	/* the first answer is that to what it was told before */
	tell(&peers[0], PEER_HAS, NIC);
	opened = get_answer(&peers[0]);
	get_answer(&peers[0]);

	TEST_ASSERT_SUCCESS(dev_vfio_release_device(MDEV_DEVICES, NIC, fd), "cannot release");
	TEST_ASSERT_EQUAL(failed, 0, "%d devices cannot be opened or closed", failed);
	TEST_ASSERT(begun == 1 && opened >= 0, "the peer was refused a device in use");
	TEST_ASSERT(opened > 0, "the peer opened nothing while the others were opened");

	return TEST_SUCCESS;
}

static struct unit_test_suite suite = {
	.suite_name = "hotplug of mediated devices in several processes and threads",
	.setup = suite_setup,
	.teardown = suite_teardown,
	.unit_test_cases = {
		TEST_CASE_ST(NULL, reset, test_request_beside_alarm),
		TEST_CASE_ST(NULL, reset, test_alarm_in_secondary),
		TEST_CASE_ST(NULL, reset, test_lock_of_application),
		TEST_CASE_ST(NULL, reset, test_attach_in_callback),
		TEST_CASE_ST(NULL, reset, test_claimed_in_all_processes),
		TEST_CASE_ST(NULL, reset, test_two_threads_of_peer),
		TEST_CASE_ST(NULL, reset, test_late_answer),
		TEST_CASE_ST(NULL, reset, test_retry_after_late_answer),
		TEST_CASE_ST(NULL, reset, test_device_without_bus),
		TEST_CASE_ST(NULL, reset, test_attached_is_kept),
		TEST_CASE_ST(NULL, reset, test_probed_again_is_kept),
		TEST_CASE_ST(NULL, reset, test_found_meanwhile),
		TEST_CASE_ST(NULL, reset, test_found_late),
		TEST_CASE_ST(NULL, reset, test_found_when_detached),
		TEST_CASE_ST(NULL, reset, test_upper_case),
		TEST_CASE_ST(NULL, reset, test_detach_what_guest_lacks),
		TEST_CASE_ST(NULL, reset, test_failed_detach),
		TEST_CASE_ST(NULL, reset, test_ending_secondary),
		TEST_CASE_ST(NULL, reset, test_all_at_once),
		TEST_CASE_ST(create_nic, remove_nic, test_group_for_secondary),
		TEST_CASE_ST(create_many_nics, remove_many_nics, test_given_out_while_tables_grow),
		TEST_CASES_END()
	}
};

static int
test_bus_mdev_hotplug(void)
{
	if (rte_eal_process_type() == RTE_PROC_SECONDARY)
		return run_peer();

	return unit_test_suite_runner(&suite);
}

REGISTER_DRIVER_TEST(bus_mdev_hotplug_autotest, test_bus_mdev_hotplug);
