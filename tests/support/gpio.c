/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of GPIO chips that are not there, for LD_PRELOAD: libgpiod's calls as plow-tracker makes
 * them, on files of the folder PLOW_GPIO.
 *
 *	CHIP/LINE         its level, 0 or 1, as it is on the wire; no folder: no chip
 *	CHIP/LINE.edges   a pipe; each byte written to it is an edge
 */
#include <errno.h>
#include <fcntl.h>
#include <gpiod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct gpiod_line {
	char path[512];
	int fd, flags;
};

struct gpiod_chip {
	char path[400];
	struct gpiod_line line;
};

struct gpiod_chip *gpiod_chip_open_lookup(const char *name)
{
	struct gpiod_chip *chip = calloc(1, sizeof(*chip));
	const char *folder = getenv("PLOW_GPIO");
	struct stat about;

	snprintf(chip->path, sizeof(chip->path), "%s/%s", folder ? folder : "/nonexistent", name);
	chip->line.fd = -1;
	if (stat(chip->path, &about) == 0)
		return chip;
	free(chip);
	errno = ENOENT;
	return NULL;
}

void gpiod_chip_close(struct gpiod_chip *chip)
{
	if (chip->line.fd >= 0)
		close(chip->line.fd);
	free(chip);
}

struct gpiod_line *gpiod_chip_get_line(struct gpiod_chip *chip, unsigned offset)
{
	snprintf(chip->line.path, sizeof(chip->line.path), "%s/%u", chip->path, offset);
	if (access(chip->line.path, R_OK) == 0)
		return &chip->line;
	errno = EINVAL;
	return NULL;
}

int gpiod_line_request_both_edges_events_flags(struct gpiod_line *line, const char *consumer, int flags)
{
	char edges[600];

	(void)consumer;
	snprintf(edges, sizeof(edges), "%s.edges", line->path);
	line->flags = flags;
	line->fd = open(edges, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	return line->fd >= 0 ? 0 : -1;
}

int gpiod_line_event_get_fd(struct gpiod_line *line)
{
	return line->fd;
}

int gpiod_line_event_read(struct gpiod_line *line, struct gpiod_line_event *event)
{
	char byte;

	memset(event, 0, sizeof(*event));
	return read(line->fd, &byte, 1) == 1 ? 0 : -1;
}

int gpiod_line_get_value(struct gpiod_line *line)
{
	FILE *file = fopen(line->path, "re");
	int level;

	if (!file) {
		errno = ENODEV;
		return -1;
	}
	level = fgetc(file) == '1';
	fclose(file);
	return line->flags & GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW ? !level : level;
}
