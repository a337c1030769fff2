// SPDX-License-Identifier: Apache-2.0
/*
 * One's own password, changed by who knows the old one.
 */
import { newPassword, prepareForm, valueOf } from "./account.js";
import * as api from "./data/api.js";
import { prepareStaffPage, sayIn } from "./staff.js";

const { t, begin } = await prepareStaffPage("password.title");

prepareForm(
	t,
	async () => {
		await api.changePassword(valueOf("password"), newPassword("new-password", t));
		location.replace("/dispatch.html");
	},
	{ 400: "account.bad_password", 401: "password.signed_out", 403: "password.wrong", 429: "signin.wait", 503: "signin.busy" },
);
await begin(sayIn("trouble"));
