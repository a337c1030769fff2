/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The spool: every fix from when it was recorded until the server has acknowledged it, in an SQLite
 * file that survives a power cut at any moment.  It is bounded: when it is full, the oldest fixes
 * go and are counted.
 *
 * Fixes are staged and then committed together; only committed fixes may be sent.  What was
 * acknowledged is forgotten at once and removed from the file by the next commit: a crash in
 * between sends it again, which does no harm.  One process may have a spool open.  One thread.
 */
#ifndef PLOW_TRACKER_SPOOL_H
#define PLOW_TRACKER_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "common/fix.h"
#include "common/wire.h"

#define SPOOL_WHY_BYTES 512
#define SPOOL_CAPACITY_MIN 1000
#define SPOOL_CAPACITY_MAX 20000000

struct ranges;
struct shift;
struct spool;

/*
 * Opens the spool of a vehicle, or makes it, and takes the room on the disk that `capacity` fixes need:
 * others who fill the disk later stop nothing (spool_reserve()).  A file that SQLite finds damaged is renamed to
 * PATH.damaged and a new one made; spool_note() then says so.
 *
 * Returns 0, or with a sentence in why: -EBUSY another tracker has it open; -EINVAL it is some
 * other database, or holds another vehicle's fixes; -ENOENT, -EACCES, -ENOSPC, -EIO.
 */
int spool_open(const char *path, const char *vehicle, uint64_t capacity, struct spool **out,
	       char why[SPOOL_WHY_BYTES]) PLOW_MUST_USE;

/*
 * Tries again for room that was missing (spool_state().is_short).  Where the disk has less than is wanted,
 * the capacity is what it has room for; where it has next to none, the file grows as it can.
 */
void spool_reserve(struct spool *spool);

/* What is staged and was not committed is lost. */
void spool_close(struct spool *spool);
/* The same, for a start that comes to nothing: a spool that it made is removed again. */
void spool_discard(struct spool *spool);

/* What was found damaged and where it is now; empty when nothing was. */
const char *spool_note(const struct spool *spool);

/* Takes a sendable fix for the next commit.  Beyond SPOOL_STAGED_MAX the oldest staged one goes. */
#define SPOOL_STAGED_MAX 16384
void spool_stage(struct spool *spool, const struct fix *fix);
size_t spool_staged(const struct spool *spool);

/*
 * Makes what was staged durable and removes what was forgotten.  Returns 0, or -ENOSPC, -EIO, ...
 * with spool_why() set: then everything stays staged for the next try.  A file found damaged is set
 * aside and a new one takes over, with a new spool_id and the staged fixes; returns -ESTALE then.
 */
int spool_commit(struct spool *spool) PLOW_MUST_USE;
const char *spool_why(const struct spool *spool);
/* Whether there is anything for spool_commit() to do. */
bool spool_is_dirty(const struct spool *spool);

/* An acknowledgement came for first..last, both included. */
void spool_forget(struct spool *spool, uint64_t first, uint64_t last);

/*
 * Reads up to `most` fixes numbered first..last, ascending.  Returns how many, or negative errno:
 * -EBADMSG when the file is damaged, and then the next commit begins anew.
 */
int spool_read(struct spool *spool, uint64_t first, uint64_t last, struct wire_fix *out,
	       size_t most) PLOW_MUST_USE;

/* Adds the numbers of all stored fixes to a set. */
int spool_numbers(struct spool *spool, struct ranges *out) PLOW_MUST_USE;

struct spool_state {
	uint64_t spool_id;   /* another one after each opening */
	uint64_t oldest_seq; /* of those stored; newest_seq + 1 when there is none */
	uint64_t newest_seq; /* the last one committed; 0 before the first */
	uint64_t stored;     /* and not forgotten; what is staged comes on top */
	uint64_t dropped;    /* for want of room, since the spool was made */
	uint64_t capacity;   /* fixes it holds; fewer than it should when the disk has no room for them */
	bool is_short;       /* the disk has no room for a full spool */
};
struct spool_state spool_state(const struct spool *spool);

/*
 * The number for the next datagram: larger than any before, also after a restart, and beginning at
 * unix_ms * 1024 so that a lost spool does not repeat numbers.  Returns 0 when no more could be
 * reserved on disk: then nothing may be sent, and spool_why() says why.
 */
uint64_t spool_next_number(struct spool *spool, int64_t unix_ms);

/* The next number begins at the clock again, if that is higher: another copy of this spool may have
 * gone past ours, and then the server takes none of them. */
void spool_renew_numbers(struct spool *spool);

/*
 * The button the driver pressed last, 'U' when none holds; kept over a restart as soon as the disk
 * takes it.
 */
char spool_button(const struct spool *spool);
void spool_set_button(struct spool *spool, char work);

/* ---- the driver's shifts ---- */

/*
 * The newest shift: the open one, or the last that ended; its id is 0 while there was none.  Whoever
 * adds to it says so, and the next commit writes it together with the fixes it was made of.
 */
struct shift *spool_shift(struct spool *spool);
void spool_shift_changed(struct spool *spool);

/*
 * Begins a shift, or ends it, with the button that goes with it; durable on return.  What is staged
 * should be committed before, so that the shift's fixes and its sums agree.  Beginning
 * twice, or ending what has ended, sets the button alone.  Returns 0, or negative errno with
 * spool_why() set: an end that could not be written holds all the same and is written by a later
 * commit, a beginning does not hold.
 */
int spool_shift_begin(struct spool *spool, char button) PLOW_MUST_USE;
int spool_shift_end(struct spool *spool, char button) PLOW_MUST_USE;

/* The driver has seen the summary. -ENOENT: no shift of that number waits for it. */
int spool_shift_confirm(struct spool *spool, int64_t id, int64_t now_ms) PLOW_MUST_USE;
/* How many wait for that, or negative errno. */
int spool_unconfirmed(struct spool *spool) PLOW_MUST_USE;
/* One after the other, the newest first: as spool_file_shift(). */
int spool_shift_read(struct spool *spool, int64_t below, struct shift *out,
		     int64_t *out_confirmed_ms) PLOW_MUST_USE;

#endif
