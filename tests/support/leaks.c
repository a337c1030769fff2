/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/leaks.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ /* gcc's name for it */
#endif
#endif

#ifdef __SANITIZE_ADDRESS__
int __lsan_do_recoverable_leak_check(void);

void check_leaks(void)
{
	/* A failed assertion would be printed here and then ignored. */
	if (__lsan_do_recoverable_leak_check())
		abort();
}
#else
void check_leaks(void)
{
}
#endif

/* Criterion's own lists: what Test() and TestSuite() put into the program. */
extern struct criterion_test *__start_cr_tst[], *__stop_cr_tst[];
extern struct criterion_suite *__start_cr_sts[] __attribute__((weak));
extern struct criterion_suite *__stop_cr_sts[] __attribute__((weak));

typedef void finish_fn(void);

/* The .fini of each test, in the order of the list, and of its suite; written once before main(). */
struct finish {
	const struct criterion_test *test;
	finish_fn *test_fini;
	finish_fn *suite_fini;
};
static struct finish *finishes;

static finish_fn *suite_fini(const char *name)
{
	for (struct criterion_suite **s = __start_cr_sts; s < __stop_cr_sts; s++)
		if (*s && (*s)->data && strcmp((*s)->name, name) == 0)
			return (*s)->data->fini;
	return NULL;
}

/* By its names: the process that runs a test may hold a copy of it. */
static bool is_current(const struct criterion_test *test)
{
	return strcmp(test->name, criterion_current_test->name) == 0 &&
	       strcmp(test->category, criterion_current_test->category) == 0;
}

static void finish_and_check(void)
{
	for (struct finish *f = finishes; f->test; f++) {
		if (!is_current(f->test))
			continue;
		if (f->test_fini)
			f->test_fini();
		if (f->suite_fini)
			f->suite_fini();
	}
	check_leaks();
}

/* Takes every test's and suite's .fini over; Criterion calls the test's, which calls both. */
static void __attribute__((constructor)) take_over(void)
{
	size_t count = (size_t)(__stop_cr_tst - __start_cr_tst);
	struct finish *f = finishes = calloc(count + 1, sizeof(*finishes));

	if (!finishes)
		abort();
	for (struct criterion_test **t = __start_cr_tst; t < __stop_cr_tst; t++) {
		if (!*t || !(*t)->data)
			continue;
		*f++ = (struct finish){*t, (*t)->data->fini, suite_fini((*t)->category)};
		(*t)->data->fini = finish_and_check;
	}
	for (struct criterion_suite **s = __start_cr_sts; s < __stop_cr_sts; s++)
		if (*s && (*s)->data)
			(*s)->data->fini = NULL;
}
