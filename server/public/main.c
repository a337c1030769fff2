/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plow-public: the residents' page and the files plowd writes for it, nothing else.  It knows no
 * database, and serves from memory what it read from two folders.
 */
#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <sodium.h>
#include <uv.h>

#include "common/exits.h"
#include "common/notify.h"
#include "common/httpd/address.h"
#include "common/httpd/httpd.h"
#include "common/httpd/httpd_files.h"
#include "common/httpd/httpd_follow.h"
#include "common/httpd/webdir.h"
#include "server/public/confine.h"

#define DATA "data/" /* where the folder's files are served */

static const char usage[] =
	"plow-public --dir DIR --http HOST:PORT\n\n"
	"Serves the residents' page, and under /data/ the folder plowd writes with "
	"--public-dir.\n\n"
	"  --dir DIR         that folder\n"
	"  --http HOST:PORT  where to listen; port 0 means any free port\n"
	"  --help, --version\n\n"
	EXITS_HELP;

struct options {
	const char *dir;
	struct sockaddr_storage address;
};

struct public
{
	uv_loop_t loop;
	uv_signal_t terminate, interrupt;
	uv_timer_t watchdog;
	struct httpd *httpd;
	struct httpd_follow *follow;
};

/* The residents' pages and what they load; tests/integration/pages.test.mjs follows their imports. */
static const char *const residents_files[] = {
	"index.html",
	"list.html",
	"resident-kept.js",
	"css/base.css",
	"css/list.css",
	"css/resident.css",
	"css/tokens.css",
	"icons/",
	"js/data/api.js",
	"js/data/closures.js",
	"js/data/coverage.js",
	"js/data/fleet.js",
	"js/data/nearby.js",
	"js/data/public.js",
	"js/data/store.js",
	"js/dom.js",
	"js/format.js",
	"js/i18n.js",
	"js/list.js",
	"js/map/closures.js",
	"js/map/map.js",
	"js/map/maplibre.js",
	"js/map/nearest.js",
	"js/map/palette.js",
	"js/map/pick.js",
	"js/map/ground.js",
	"js/map/plows.js",
	"js/map/roads.js",
	"js/map/vehicles.js",
	"js/page.js",
	"js/resident-map.js",
	"js/resident.js",
	"js/shapes.js",
	"js/to-list.js",
	"js/ui/legend.js",
	"js/ui/resident-answer.js",
	"js/ui/road-list.js",
	"js/ui/road-words.js",
	"js/ui/samples.js",
	"locales/",
	"vendor/",
};

static void on_log(const char *line, void *context)
{
	(void)context;
	fprintf(stderr, "<6>http: %s\n", line);
}

/* Returns -1 to go on, or the status to end with. */
static int read_options(int argc, char **argv, struct options *out)
{
	static const struct option names[] = {
		{"dir", required_argument, NULL, 'd'},
		{"http", required_argument, NULL, 'h'},
		{"help", no_argument, NULL, 'H'},
		{"version", no_argument, NULL, 'V'},
		{NULL, 0, NULL, 0},
	};
	const char *http = NULL;
	int name;

	while ((name = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (name) {
		case 'd':
			out->dir = optarg;
			break;
		case 'h':
			http = optarg;
			break;
		case 'H':
			fputs(usage, stdout);
			return EX_OK;
		case 'V':
			puts("plow-public " PLOW_VERSION);
			return EX_OK;
		default:
			return EX_USAGE;
		}
	}
	if (!out->dir || !http || optind != argc)
		return fail(EX_USAGE, "needs --dir DIR and --http HOST:PORT; --help says more");
	if (address_parse(http, &out->address) != 0)
		return fail(EX_USAGE, "--http %s is no address: write it as 127.0.0.1:8081", http);
	return -1;
}

static int load_pages(struct httpd_files *files)
{
	char folder[PATH_MAX];
	int error = webdir_find(folder, sizeof(folder));

	if (error)
		return fail(EX_NOINPUT, "there are no pages in %s: set PLOW_WEB to their folder",
			    folder);
	error = httpd_files_add(files, folder, "");
	if (error)
		return fail(exit_status_of(error), "the pages in %s cannot be read: %s", folder,
			    strerror(-error));
	httpd_files_keep(files, residents_files, sizeof(residents_files) / sizeof(residents_files[0]));
	return EX_OK;
}

/* The pages are in memory: from here on nothing but the folder is there to be read. */
static int confine(const char *dir)
{
	int error = confine_to(dir);

	if (error == -ENOSYS || error == -EOPNOTSUPP || error == -EPERM) {
		fprintf(stderr, "<5>Landlock is not to be had here: only its user's rights keep plow-public from "
				"other files\n");
		return EX_OK;
	}
	if (error)
		return fail(EX_SOFTWARE, "cannot be confined to %s: %s", dir, strerror(-error));
	return EX_OK;
}

/*
 * Whoever is told "ready" finds what the folder holds by then.  Half a set is of no use: a folder that cannot be read
 * whole is tried again later, like one that has nothing yet (httpd_follow_start()).
 */
static void load_data(struct httpd *httpd, const char *dir)
{
	struct httpd_files *all = httpd_files_copy(httpd_files_of(httpd));
	int error = httpd_files_follow(all, dir, DATA);
	struct httpd_body *manifest = error ? NULL : httpd_files_get(all, DATA "manifest.json");

	if (error)
		fprintf(stderr, "<4>the files in %s cannot be read and are tried again: %s\n", dir, strerror(-error));
	else if (!manifest)
		fprintf(stderr, "<5>there is no manifest.json in %s yet: residents see nothing until plowd writes it\n", dir);
	httpd_body_drop(manifest);
	if (error)
		httpd_files_free(all);
	else
		httpd_use_files(httpd, all);
}

static void close_handle(uv_handle_t *handle, void *arg)
{
	(void)arg;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct public *public = handle->data;

	(void)number;
	notify_send("STOPPING=1");
	httpd_follow_stop(public->follow);
	httpd_stop(public->httpd);
	close_handle((uv_handle_t *)&public->terminate, NULL);
	close_handle((uv_handle_t *)&public->interrupt, NULL);
	close_handle((uv_handle_t *)&public->watchdog, NULL);
}

static void on_watchdog(uv_timer_t *timer)
{
	(void)timer;
	notify_send("WATCHDOG=1");
}

static void watch_signals(struct public *public)
{
	uint64_t every_ms = notify_watchdog_ms();

	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN); /* there is no configuration to read again */
	uv_signal_init(&public->loop, &public->terminate);
	uv_signal_init(&public->loop, &public->interrupt);
	public->terminate.data = public->interrupt.data = public;
	uv_signal_start(&public->terminate, on_signal, SIGTERM);
	uv_signal_start(&public->interrupt, on_signal, SIGINT);
	uv_timer_init(&public->loop, &public->watchdog);
	if (every_ms)
		uv_timer_start(&public->watchdog, on_watchdog, every_ms, every_ms);
}

static int serve(struct public *public, const struct options *options, struct httpd_files *files)
{
	const struct httpd_config config = {
		.loop = &public->loop,
		.address = &options->address,
		.files = files,
		.log = on_log,
	};
	char address[ADDRESS_BYTES];
	int error;

	uv_loop_init(&public->loop);
	error = httpd_start(&config, &public->httpd);
	if (error) {
		httpd_files_free(files);
		uv_loop_close(&public->loop);
		return fail(error == -EACCES ? EX_NOPERM : exit_status_of(error),
			    "cannot listen on %s: %s", address_format(&options->address, address),
			    strerror(-error));
	}
	load_data(public->httpd, options->dir);
	watch_signals(public);
	public->follow = httpd_follow_start(&public->loop, public->httpd, options->dir, DATA);
	printf("ready {\"http\":\"%s\"}\n", httpd_address(public->httpd));
	fflush(stdout);
	notify_send("READY=1");
	uv_run(&public->loop, UV_RUN_DEFAULT);
	uv_loop_close(&public->loop);
	return EX_OK;
}

int main(int argc, char **argv)
{
	struct options options = {.dir = NULL};
	struct public public;
	struct httpd_files *files;
	struct stat about;
	int status = read_options(argc, argv, &options);

	if (status >= 0)
		return status;
	assert(options.dir);
	if (stat(options.dir, &about) != 0 || !S_ISDIR(about.st_mode))
		return fail(EX_NOINPUT, "there is no folder %s: plowd makes it with --public-dir",
			    options.dir);
	if (sodium_init() < 0)
		return fail(EX_SOFTWARE, "the random numbers of this machine cannot be used");
	files = httpd_files_new();
	status = load_pages(files);
	if (!status)
		status = confine(options.dir);
	if (status) {
		httpd_files_free(files);
		return status;
	}
	memset(&public, 0, sizeof(public));
	return serve(&public, &options, files);
}
