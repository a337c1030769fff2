// SPDX-License-Identifier: Apache-2.0
/*
 * The admin's page: who may sign in, and who is.
 */
import { goToSignIn, prepareForm, valueOf } from "./account.js";
import * as api from "./data/api.js";
import { byId, el, fill, setText } from "./dom.js";
import { reason } from "./refusal.js";
import { prepareStaffPage, sayIn } from "./staff.js";
import { createUserList } from "./ui/user-list.js";

const WORDS = { 400: "account.bad_password", 403: "users.forbidden", 409: "users.conflict", 503: "signin.busy" };
const EVERY_MS = 15_000;

const { t, begin } = await prepareStaffPage("users.title");

/** What failed; nobody signed in any more: to the sign-in. @param {unknown} error */
function complain(error) {
	if (error instanceof api.ApiError && error.status === 401) {
		goToSignIn();
	} else {
		fill(byId("list-trouble"), el("p", { class: "notice bad" }, reason(error, t, WORDS)));
	}
}

async function start() {
	const { session, format } = await begin(sayIn("list-trouble"));
	const list = createUserList(byId("users"), {
		t,
		format,
		mayChange: session.role === "admin",
		why: (error) => reason(error, t, WORDS),
		onSignOut: (id) => api.signOutUser(id).then(refresh),
		onRemove: (id) => api.removeUser(id).then(refresh),
		onPassword: (id, password) => api.setPassword(id, password).then(refresh),
	});
	let shown = "";

	/** Only what changed is drawn: a form that somebody fills in stays. */
	async function refresh() {
		const users = await api.getUsers();
		if (JSON.stringify(users) !== shown) {
			shown = JSON.stringify(users);
			list.show(users, Date.now());
		}
		fill(byId("list-trouble"));
	}
	await refresh();
	setInterval(() => {
		const busy = byId("users").contains(document.activeElement);
		if (!busy) {
			refresh().catch(complain);
		}
	}, EVERY_MS);
	if (session.role === "admin") {
		prepareAdding(refresh);
	}
}

/** @param {() => Promise<void>} refresh */
function prepareAdding(refresh) {
	const role = /** @type {HTMLSelectElement} */ (byId("role"));
	const contractor = /** @type {HTMLInputElement} */ (byId("contractor"));
	function showRole() {
		setText(byId("role-hint"), t(`role.${role.value}.text`));
		byId("contractor-field").hidden = role.value !== "contractor";
		contractor.required = role.value === "contractor";
	}
	role.addEventListener("change", showRole);
	showRole();
	byId("add").hidden = false;
	api.getVehicles().then((vehicles) => {
		const names = [...new Set(vehicles.map((vehicle) => vehicle.contractor).filter(Boolean))].sort();
		fill(byId("contractors"), ...names.map((value) => el("option", { value })));
	}, () => {});
	prepareForm(
		t,
		async () => {
			await api.addUser({
				name: valueOf("name").trim(),
				role: role.value,
				contractor: role.value === "contractor" ? contractor.value.trim() : null,
				password: valueOf("password"),
			});
			/** @type {HTMLFormElement} */ (byId("form")).reset();
			showRole();
			await refresh();
		},
		{ ...WORDS, 409: "users.taken" },
	);
}

start().catch(complain);
