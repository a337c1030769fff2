// SPDX-License-Identifier: Apache-2.0
/*
 * The first admin, by the one-time link that plowd printed.  The token stands behind the '#', which
 * no server and no log gets to see.
 */
import { newPassword, prepareForm, valueOf } from "./account.js";
import * as api from "./data/api.js";
import { prepareStaffPage } from "./staff.js";

const { t } = await prepareStaffPage("setup.title");

prepareForm(
	t,
	async () => {
		await api.setUp(location.hash.slice(1), valueOf("name").trim(), newPassword("password", t));
		location.replace("/dispatch.html");
	},
	{ 400: "account.bad_password", 403: "setup.used", 503: "signin.busy" },
);
