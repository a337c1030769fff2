/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The numbered migrations of gis/schema/, as the build lays them into the programs.  Migration i
 * takes a file from version i to i + 1 (PRAGMA user_version).
 */
#ifndef PLOW_GIS_SCHEMA_H
#define PLOW_GIS_SCHEMA_H

extern const char *const schema_migrations[];
extern const int schema_version;

#endif
