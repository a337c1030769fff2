// SPDX-License-Identifier: Apache-2.0
/* A browser without modules is shown the plain list, which needs none. */
location.replace("/list.html" + location.search);
