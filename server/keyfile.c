/* SPDX-License-Identifier: Apache-2.0 */
#include "server/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#define NONCE_BYTES 24

static int read_key(const char *path, struct keyfile *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return -errno;
	got = read(fd, out->secret, sizeof(out->secret));
	close(fd);
	return got == sizeof(out->secret) ? 0 : -EBADMSG;
}

/*
 * Written aside and linked into place, so that of two programs that start at once one wins and both
 * use the same key.
 */
static int make_key(const char *path, struct keyfile *out)
{
	char aside[4096];
	int fd, error = 0;

	if (snprintf(aside, sizeof(aside), "%s.%ld", path, (long)getpid()) >= (int)sizeof(aside))
		return -ENAMETOOLONG;
	fd = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	randombytes_buf(out->secret, sizeof(out->secret));
	if (write(fd, out->secret, sizeof(out->secret)) != sizeof(out->secret) || fsync(fd))
		error = errno ? -errno : -EIO;
	close(fd);
	if (!error && link(aside, path) != 0)
		error = errno == EEXIST ? read_key(path, out) : -errno;
	unlink(aside);
	return error;
}

int keyfile_open(const char *db_path, bool make, struct keyfile *out)
{
	char path[4000];
	int error;

	if (snprintf(path, sizeof(path), "%s.key", db_path) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	error = read_key(path, out);
	if (error == -ENOENT && make)
		error = make_key(path, out);
	return error;
}

bool keyfile_exists(const char *db_path)
{
	char path[4000];

	return snprintf(path, sizeof(path), "%s.key", db_path) < (int)sizeof(path) && access(path, F_OK) == 0;
}

void keyfile_wrap(const struct keyfile *keyfile, const struct seal_key *key,
		  uint8_t out[KEYFILE_WRAPPED_BYTES])
{
	randombytes_buf(out, NONCE_BYTES);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_BYTES, NULL, key->secret,
						   sizeof(key->secret), key->id, sizeof(key->id),
						   NULL, out, keyfile->secret);
}

int keyfile_unwrap(const struct keyfile *keyfile, const uint8_t wrapped[KEYFILE_WRAPPED_BYTES],
		   struct seal_key *key)
{
	int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
		key->secret, NULL, NULL, wrapped + NONCE_BYTES, KEYFILE_WRAPPED_BYTES - NONCE_BYTES, key->id,
		sizeof(key->id), wrapped, keyfile->secret);

	return failed ? -EBADMSG : 0;
}
