/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leaks under Criterion: its test processes end without LeakSanitizer's last look, so a leak would pass
 * in silence.  leaks.c, linked into every unit test program, takes that look after each test, behind
 * the test's and its suite's own .fini; a test need not do anything for it.
 */
#ifndef PLOW_TESTS_SUPPORT_LEAKS_H
#define PLOW_TESTS_SUPPORT_LEAKS_H

/* Ends the process with abort() when memory has leaked; without AddressSanitizer it does nothing. */
void check_leaks(void);

#endif
