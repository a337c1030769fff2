// SPDX-License-Identifier: Apache-2.0
/*
 * The first admin, by the one-time link that plowd printed.  The token stands behind the '#', which
 * no server and no log gets to see.
 */
import { prepareForm, valueOf } from "./account.js";
import * as api from "./data/api.js";
import { byId } from "./dom.js";
import { drawHeader } from "./header.js";
import { preparePage } from "./page.js";

drawHeader();
const { t } = await preparePage(api.getLocale);
document.title = `${t("setup.title")}｜${t("brand")}`;

prepareForm(
	t,
	async () => {
		if (valueOf("password") !== valueOf("again")) {
			throw new Error(t("account.not_the_same"));
		}
		await api.setUp(location.hash.slice(1), valueOf("name").trim(), valueOf("password"));
		location.replace("/dispatch.html");
	},
	{ 400: "account.bad_password", 403: "setup.used", 503: "signin.busy" },
);
byId("name").focus();
