/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/key_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cjson/cJSON.h>
#include <sodium.h>

#include "common/exits.h"

static int take_key(const char *text, char out_vehicle[KEY_FILE_VEHICLE_BYTES],
		    struct seal_key *out_key)
{
	cJSON *line = cJSON_Parse(text);
	const char *vehicle =
		cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(line, "vehicle"));
	const char *key = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(line, "key"));
	int result = -EINVAL;

	if (vehicle != NULL && key != NULL && *vehicle != '\0' &&
	    strlen(vehicle) < KEY_FILE_VEHICLE_BYTES) {
		strcpy(out_vehicle, vehicle);
		result = seal_key_parse(key, out_key);
	}
	cJSON_Delete(line);
	return result;
}

int key_file_read(const char *path, char out_vehicle[KEY_FILE_VEHICLE_BYTES],
		  struct seal_key *out_key)
{
	char text[1024];
	FILE *file = fopen(path, "re");
	struct stat status;
	size_t size;
	int result;

	if (file == NULL)
		return fail(exit_status_of(-errno),
			    "the key file %s cannot be opened: %s; it holds the line that `plowctl "
			    "vehicle add` printed",
			    path, strerror(errno));
	size = fread(text, 1, sizeof(text) - 1, file);
	if (fstat(fileno(file), &status) == 0 && (status.st_mode & (S_IRGRP | S_IROTH)) != 0)
		fprintf(stderr,
			"plow-tracker: the key file %s can be read by others: chmod 600 it\n",
			path);
	fclose(file);
	text[size] = '\0';
	result = take_key(text, out_vehicle, out_key);
	sodium_memzero(text, sizeof(text));
	if (result != 0)
		return fail(EX_DATAERR,
			    "the key file %s does not hold the line that `plowctl vehicle "
			    "add` or `rotate` printed",
			    path);
	return 0;
}
