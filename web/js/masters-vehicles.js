// SPDX-License-Identifier: Apache-2.0
/*
 * The tab of the vehicles and their keys.
 */
import { fill } from "./dom.js";
import { createMasterForm } from "./ui/master-form.js";
import { createMasterList } from "./ui/master-list.js";
import { createSecret } from "./ui/secret.js";

const CLASSES = ["any", "grader", "dozer", "rotary", "truck", "small", "hand", "spreader", "dump", "loader", "patrol"];

/** @param {import("./i18n.js").Translate} t @param {string} empty what choosing none is called */
export const classOptions = (t, empty) => [
	...(empty ? [{ value: "", label: empty }] : []),
	...CLASSES.map((value) => ({ value, label: t(`class.${value}`) })),
];

/** @param {HTMLElement} panel @param {import("./masters-kit.js").Kit} kit */
export function vehiclesTab(panel, kit) {
	const { t, data } = kit;
	const server = `${location.hostname}:${kit.town.udp_port ?? 47701}`;
	const list = createMasterList(panel, {
		t, title: t("tab.fleet"), empty: t("fleet.empty"), explain: kit.explain,
		add: kit.mayChange ? { label: t("fleet.add"), act: () => edit(null) } : null,
	});

	/** @param {any} secret */
	function reveal(secret) {
		const shown = createSecret({ t, secret, server, onDone: show });
		fill(panel, shown.element);
		shown.focus();
	}

	/** @param {import("./types.js").Registered | null} one */
	function edit(one) {
		const form = createMasterForm({
			t,
			title: t(one ? "fleet.change" : "fleet.add"),
			fields: [
				{ name: "code", label: t("fleet.code"), required: true, bytes: 32, hint: one ? "" : t("fleet.code_hint"), fixed: one !== null,
					check: (value) => (/^[A-Za-z0-9._-]+$/.test(value) ? null : t("fleet.code_hint")) },
				{ name: "name", label: t("masters.name"), bytes: 63 },
				{ name: "class", label: t("fleet.class"), type: "select", options: classOptions(t, ""), hint: one ? t("fleet.class_hint") : "" },
				{ name: "contractor", label: t("fleet.contractor"), type: "select",
					options: [{ value: "", label: t("fleet.own") }, ...data.contractors.map(({ name }) => ({ value: name, label: name }))] },
				{ name: "blade_width_m", label: t("fleet.width"), hint: t("fleet.width_hint"),
					check: (value) => (Number(value) > 0 && Number(value) <= 10 ? null : t("refused.width")) },
			],
			values: {
				code: one?.code ?? "", name: one?.name ?? "", class: one?.class ?? "any", contractor: one?.contractor ?? "",
				blade_width_m: one?.blade_width_m ? String(one.blade_width_m) : "",
			},
			explain: kit.explain,
			onCancel: show,
			async onSave({ code, blade_width_m, ...values }) {
				const body = { ...values, ...(blade_width_m && { blade_width_m: Number(blade_width_m) }) };
				if (one) {
					await kit.send(`vehicles/${one.code}/change`, { ...body, version: one.version });
					show();
				} else {
					reveal(await kit.send("vehicles", { code, ...body }));
				}
			},
		});
		fill(panel, form.element);
		form.focus();
	}

	/** @param {import("./types.js").Registered} one */
	function keyWords(one) {
		if (!one.key_made) {
			return t("fleet.no_key");
		}
		const made = t("fleet.key_made", { time: kit.format.when(Date.parse(one.key_made), Date.now()) });
		return one.rotating ? `${made}（${t("fleet.rotating")}）` : made;
	}

	/** @param {import("./types.js").Registered} one */
	function actions(one) {
		const post = (/** @type {string} */ verb, body = {}) => kit.send(`vehicles/${one.code}/${verb}`, body);
		if (one.retired) {
			return [{ label: t("fleet.restore"), act: async () => reveal(await post("restore")) }];
		}
		return [
			{ label: t("masters.change"), act: () => edit(one) },
			{ label: t("fleet.rotate"), sure: t("fleet.rotate_sure", { code: one.code }), act: async () => reveal(await post("rotate")) },
			{ label: t("fleet.token"), sure: t("fleet.token_sure", { code: one.code }), act: async () => reveal(await post("token")) },
			{ label: t("fleet.revoke"), sure: t("fleet.revoke_sure", { code: one.code }), act: async () => { await post("revoke"); show(); } },
			{ label: t(one.has_fixes ? "fleet.retire" : "masters.remove"), sure: t(one.has_fixes ? "fleet.retire_sure" : "fleet.remove_sure", { code: one.code }),
				act: async () => { await post("remove", { version: one.version }); show(); } },
		];
	}

	function show() {
		kit.clear();
		list.show(
			[...data.fleet].sort((a, b) => Number(a.retired !== null) - Number(b.retired !== null)).map((one) => ({
				key: one.code,
				title: one.name ? `${one.code}・${one.name}` : one.code,
				detail: [t(`class.${one.class}`), one.contractor || t("fleet.own"), one.retired ? "" : keyWords(one)].filter(Boolean).join("・"),
				chips: [
					...(one.retired ? [{ text: t("fleet.retired") }] : []),
					...(!one.retired && !one.key_made ? [{ text: t("fleet.mute"), kind: "warn" }] : []),
					...(one.token ? [{ text: t("fleet.has_token") }] : []),
				],
				actions: kit.mayChange ? actions(one) : [],
			})),
		);
		panel.scrollTop = 0;
	}
	return { show };
}
