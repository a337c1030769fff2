// SPDX-License-Identifier: Apache-2.0
/*
 * Signing in; afterwards back to where one came from.
 */
import { nextPlace, prepareForm, valueOf } from "./account.js";
import * as api from "./data/api.js";
import { byId } from "./dom.js";
import { drawHeader } from "./header.js";
import { preparePage } from "./page.js";

drawHeader();
const { t } = await preparePage(api.getLocale);
document.title = `${t("signin.title")}｜${t("brand")}`;

prepareForm(
	t,
	async () => {
		await api.signIn(valueOf("name").trim(), valueOf("password"));
		location.replace(nextPlace(location.search, location.origin));
	},
	{ 400: "signin.wrong", 401: "signin.wrong", 429: "signin.wait", 503: "signin.busy" },
);
byId("name").focus();
