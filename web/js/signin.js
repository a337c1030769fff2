// SPDX-License-Identifier: Apache-2.0
/*
 * Signing in; afterwards back to where one came from.
 */
import { nextPlace, prepareForm, valueOf } from "./account.js";
import * as api from "./data/api.js";
import { prepareStaffPage } from "./staff.js";

const { t } = await prepareStaffPage("signin.title");

prepareForm(
	t,
	async () => {
		await api.signIn(valueOf("name").trim(), valueOf("password"));
		location.replace(nextPlace(location.search, location.origin));
	},
	{ 400: "signin.wrong", 401: "signin.wrong", 429: "signin.wait", 503: "signin.busy" },
);
