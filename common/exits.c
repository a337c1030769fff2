/* SPDX-License-Identifier: Apache-2.0 */
#include "common/exits.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int fail(int status, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return status;
}

int exit_status_of(int error)
{
	switch (error) {
	case 0:
		return EX_OK;
	case -ENOENT:
	case -ENOTDIR:
	case -ENOKEY:
		return EX_NOINPUT;
	case -EINVAL:
	case -EILSEQ:
	case -EBADMSG:
		return EX_DATAERR;
	case -EBUSY: /* another program has it */
	case -EADDRINUSE:
	case -EADDRNOTAVAIL:
	case -ECONNREFUSED:
	case -EHOSTUNREACH:
	case -ENETUNREACH:
	case -ETIMEDOUT:
		return EX_UNAVAILABLE;
	case -EEXIST:
		return EX_CANTCREAT;
	case -ENOSPC:
	case -EIO:
	case -EROFS:
	case -EFBIG:
	case -EDQUOT:
		return EX_IOERR;
	case -EACCES:
	case -EPERM:
		return EX_NOPERM;
	default:
		return EX_SOFTWARE;
	}
}
