/* SPDX-License-Identifier: Apache-2.0 */
#include "common/notify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <criterion/criterion.h>

/* What a service manager would get for a socket of this name; '@' stands for Linux' abstract names.
 */
static void is_heard_at(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	char got[32] = "";

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", name);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	cr_assert_eq(bind(fd, (struct sockaddr *)&address,
			  (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name))),
		     0);
	setenv("NOTIFY_SOCKET", name, 1);
	notify_send("READY=1");
	cr_assert_eq(recv(fd, got, sizeof(got), MSG_DONTWAIT), 7);
	cr_assert_str_eq(got, "READY=1");
	close(fd);
}

Test(notify, tells_the_service_manager)
{
	char path[64];

	snprintf(path, sizeof(path), "/tmp/plow-notify-%d", (int)getpid());
	is_heard_at(path);
	unlink(path);
	snprintf(path, sizeof(path), "@plow-notify-%d", (int)getpid());
	is_heard_at(path);
}

Test(notify, says_nothing_when_nobody_listens)
{
	unsetenv("NOTIFY_SOCKET");
	notify_send("READY=1");
	setenv("NOTIFY_SOCKET", "relative", 1);
	notify_send("READY=1");
	setenv("NOTIFY_SOCKET", "/nonexistent/socket", 1);
	notify_send("READY=1");
}

Test(notify, feeds_the_watchdog_twice_as_often_as_it_bites)
{
	char pid[16];

	unsetenv("WATCHDOG_PID");
	unsetenv("WATCHDOG_USEC");
	cr_assert_eq(notify_watchdog_ms(), 0);
	setenv("WATCHDOG_USEC", "30000000", 1);
	cr_assert_eq(notify_watchdog_ms(), 15000);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	cr_assert_eq(notify_watchdog_ms(), 15000);
	setenv("WATCHDOG_PID", "1", 1);
	cr_assert_eq(notify_watchdog_ms(), 0);
	unsetenv("WATCHDOG_PID");
	setenv("WATCHDOG_USEC", "soon", 1);
	cr_assert_eq(notify_watchdog_ms(), 0);
}
