// SPDX-License-Identifier: Apache-2.0
/*
 * One's own password, changed by who knows the old one.
 */
import { goToSignIn, prepareForm, valueOf } from "./account.js";
import * as api from "./data/api.js";
import { byId } from "./dom.js";
import { preparePage } from "./page.js";

const { t } = await preparePage(api.getLocale);
document.title = `${t("password.title")}｜${t("brand")}`;

prepareForm(
	t,
	async () => {
		if (valueOf("new-password") !== valueOf("again")) {
			throw new Error(t("account.not_the_same"));
		}
		await api.changePassword(valueOf("password"), valueOf("new-password"));
		location.replace("/dispatch.html");
	},
	{ 400: "account.bad_password", 401: "password.signed_out", 403: "password.wrong", 429: "signin.wait", 503: "signin.busy" },
);
byId("password").focus();
api.getSession().catch((error) => error.status === 401 && goToSignIn());
