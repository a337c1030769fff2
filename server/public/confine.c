/* SPDX-License-Identifier: Apache-2.0 */
#include "server/public/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/landlock.h>

/* All that the first version of Landlock can take away. */
#define EVERYTHING ((__u64)(LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)
#define READING ((__u64)(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR))

static int allow_reading(int rules, const char *folder)
{
	struct landlock_path_beneath_attr beneath = {
		.allowed_access = READING,
		.parent_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC),
	};
	int error = 0;

	if (beneath.parent_fd < 0)
		return -errno;
	if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) != 0)
		error = -errno;
	close(beneath.parent_fd);
	return error;
}

int confine_to(const char *folder)
{
	const struct landlock_ruleset_attr attr = {.handled_access_fs = EVERYTHING};
	int error, rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);

	if (rules < 0)
		return -errno;
	error = allow_reading(rules, folder);
	if (!error && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		error = -errno;
	if (!error && syscall(SYS_landlock_restrict_self, rules, 0) != 0)
		error = -errno;
	close(rules);
	return error;
}
