/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compiler attributes every part uses, and nothing else.
 */
#ifndef PLOW_COMMON_ATTR_H
#define PLOW_COMMON_ATTR_H

#define PLOW_MUST_USE __attribute__((warn_unused_result))
#define PLOW_PRINTF(text, first) __attribute__((format(printf, text, first)))
#define PLOW_UNUSED __attribute__((unused))

#endif
