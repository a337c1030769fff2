/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What plowd counts: every datagram, every refusal with its reason, every drop.  One list gives the
 * enumerators, the names in Prometheus' text and their help, so that nothing is counted unseen.
 *
 * Any thread may add, set and read: each number is one relaxed atomic.  Numbers of one moment need
 * not fit together to the last datagram.
 */
#ifndef PLOW_SERVER_PLOWD_BASE_STATS_H
#define PLOW_SERVER_PLOWD_BASE_STATS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* X(enumerator, counter or gauge, name without "plowd_", help) */
#define STATS_LIST(X)                                                                              \
	X(DATAGRAMS, counter, "datagrams_total", "Datagrams received on the sealed port")          \
	X(SEAL_SHORT, counter, "datagrams_short_total", "Refused: too short or too long")          \
	X(SEAL_NOT_OURS, counter, "datagrams_not_ours_total", "Refused: not this protocol")        \
	X(SEAL_BAD_VERSION, counter, "datagrams_bad_version_total", "Refused: other version")      \
	X(SEAL_BAD_TYPE, counter, "datagrams_bad_type_total", "Refused: other type of message")    \
	X(SEAL_FORGED, counter, "datagrams_forged_total", "Refused: the tag does not fit")         \
	X(KEY_UNKNOWN, counter, "datagrams_unknown_key_total", "Refused: no such key")             \
	X(KEY_REVOKED, counter, "datagrams_revoked_key_total", "Refused: key revoked or expired")  \
	X(REPLAYED, counter, "datagrams_replayed_total", "Refused: number seen before")            \
	X(MALFORMED, counter, "datagrams_malformed_total", "Refused: sealed, but not the format")  \
	X(RECEIVE_DROPS, counter, "datagrams_kernel_drops_total", "Lost before plowd read them")   \
	X(ACKS, counter, "acks_sent_total", "Acknowledgements sent")                               \
	X(ACK_FAILURES, counter, "ack_failures_total", "Acknowledgements that could not be sent")  \
	X(CLONES, counter, "clones_total", "Signs of two copies of a unit's disk")       \
	X(NMEA_DATAGRAMS, counter, "nmea_datagrams_total", "Datagrams received on the NMEA port")  \
	X(NMEA_DROPS, counter, "nmea_kernel_drops_total", "NMEA lost before plowd read it")        \
	X(NMEA_FIXES, counter, "nmea_fixes_total", "Fixes taken from plain NMEA")                  \
	X(NMEA_VOIDS, counter, "nmea_voids_total", "NMEA sentences that know no position")         \
	X(NMEA_BAD_CHECKSUM, counter, "nmea_bad_checksum_total", "NMEA refused: wrong checksum")   \
	X(NMEA_MALFORMED, counter, "nmea_malformed_total", "NMEA refused: no such values")         \
	X(NMEA_NO_ID, counter, "nmea_no_id_total", "NMEA fixes nobody said whose")                 \
	X(NMEA_UNKNOWN_ID, counter, "nmea_unknown_id_total", "NMEA fixes of no vehicle")           \
	X(PLAIN_EXCESS, counter, "plain_excess_total", "Refused: beyond a vehicle's allowance of unproved fixes") \
	X(PHONE_FIXES, counter, "phone_fixes_total", "Fixes taken from phones")                    \
	X(TOKEN_FIXES, counter, "token_fixes_total", "Those of them with a good token over HTTPS") \
	X(PHONE_NO_POSITION, counter, "phone_no_position_total", "Phones sent no position")        \
	X(PHONE_MALFORMED, counter, "phone_malformed_total", "Phones sent nonsense")               \
	X(PHONE_NO_ID, counter, "phone_no_id_total", "Phones' fixes nobody said whose")            \
	X(PHONE_UNKNOWN_ID, counter, "phone_unknown_id_total", "Phones' fixes of no vehicle")      \
	X(PHONE_BAD_TOKEN, counter, "phone_bad_token_total", "Phones' fixes with a bad token")     \
	X(PHONE_UNANSWERED, counter, "phone_unanswered_total", "Not stored, not answered")         \
	X(TIMES_REPAIRED, counter, "times_repaired_total", "Dates moved by GPS week rollovers")    \
	X(FIXES_STORED, counter, "fixes_stored_total", "Fixes committed as the ones that count")   \
	X(FIXES_DUPLICATE, counter, "fixes_duplicate_total", "Fixes that were stored before")      \
	X(FIXES_SUPERSEDED, counter, "fixes_superseded_total", "Fixes kept, but outranked")        \
	X(FIXES_QUARANTINED, counter, "fixes_quarantined_total", "Fixes kept aside with a reason") \
	X(COMMITS, counter, "commits_total", "Transactions committed")                             \
	X(COMMIT_FAILURES, counter, "commit_failures_total", "Transactions that failed")           \
	X(STORE_ALARM, gauge, "store_alarm", "0, or the errno for which nothing can be stored now")        \
	X(COMMIT_US, counter, "commit_microseconds_total", "Time spent in transactions")           \
	X(QUEUE_DEPTH, gauge, "queue_depth", "Fixes waiting for the writer")                       \
	X(QUEUE_DROPS, counter, "queue_drops_total", "Fixes not taken because the queue was full") \
	X(TRIPS_MATCHED, counter, "trips_matched_total", "Trips matched whole")                    \
	X(TRIPS_PENDING, gauge, "trips_pending", "Trips waiting to be matched")                    \
	X(NIGHTS_PENDING, gauge, "nights_pending", "Nights not yet counted for questions about a season") \
	X(MOVEMENTS, counter, "movements_total", "Movements along links found online")             \
	X(VEHICLES_LIVE, gauge, "vehicles_live", "Vehicles with a fix in the last 10 minutes")     \
	X(HTTP_REQUESTS, counter, "http_requests_total", "HTTP requests answered")                 \
	X(HTTP_REFUSED, counter, "http_refused_total", "HTTP requests refused at once: 4xx, 503")  \
	X(HTTP_CONNECTIONS, gauge, "http_connections", "HTTP connections open")                    \
	X(HTTP_JOBS, gauge, "http_jobs", "HTTP requests waiting for a reader thread")              \
	X(EVENTS, counter, "events_total", "Events published")                                     \
	X(EVENT_CLIENTS, gauge, "event_clients", "Pages that follow the events")                   \
	X(EVENT_RESETS, counter, "event_resets_total", "Pages told to fetch a new snapshot")       \
	X(TILES_ENCODED, counter, "tiles_encoded_total", "Vector tiles computed")                  \
	X(TILES_CACHED, counter, "tiles_cached_total", "Vector tiles answered from memory")        \
	X(EXPORTS, counter, "exports_total", "Times the public files were written")                \
	X(EXPORT_FAILURES, counter, "export_failures_total", "Times they could not be written")

enum stats_item {
#define STATS_ENUMERATOR(name, kind, text, help) STAT_##name,
	STATS_LIST(STATS_ENUMERATOR)
#undef STATS_ENUMERATOR
		STATS_COUNT
};

struct stats {
	_Atomic uint64_t values[STATS_COUNT];
};

struct stats *stats_new(void);
void stats_free(struct stats *stats);

static inline void stats_add(struct stats *stats, enum stats_item stat, uint64_t more)
{
	atomic_fetch_add_explicit(&stats->values[stat], more, memory_order_relaxed);
}

/* For gauges. */
static inline void stats_set(struct stats *stats, enum stats_item stat, uint64_t value)
{
	atomic_store_explicit(&stats->values[stat], value, memory_order_relaxed);
}

static inline uint64_t stats_get(struct stats *stats, enum stats_item stat)
{
	return atomic_load_explicit(&stats->values[stat], memory_order_relaxed);
}

/* All numbers in Prometheus' text format 0.0.4, at most `size` bytes with the NUL; returns strlen(). */
#define STATS_TEXT_MAX 16384
size_t stats_print(struct stats *stats, char *out, size_t size);

#endif
