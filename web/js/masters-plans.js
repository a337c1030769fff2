// SPDX-License-Identifier: Apache-2.0
/*
 * The tabs of routes (除雪路線) and closures (通行止め): roads in an order, places that are closed.
 */
import { drawingGeometry, drawingOf } from "./data/drawing.js";
import { publicFrom, untilPublic } from "./data/closures.js";
import { CLOSURE_PHRASES } from "./data/phrases.js";
import { zonedTime, zonedValue } from "./data/zoned.js";
import { el, fill } from "./dom.js";
import { classOptions } from "./masters-vehicles.js";
import { createMasterForm } from "./ui/master-form.js";
import { createMasterList } from "./ui/master-list.js";

const USUAL_MS = 3 * 3_600_000; // a closure's length until somebody says otherwise

/** @param {HTMLElement} panel @param {import("./masters-kit.js").Kit} kit */
export function routesTab(panel, kit) {
	const { t, data, format } = kit;
	const list = createMasterList(panel, {
		t, title: t("tab.routes"), empty: t("routes.empty"), explain: kit.explain,
		add: kit.mayChange ? { label: t("routes.add"), act: () => edit(null) } : null,
	});

	/** @param {import("./types.js").PlowingRoute | null} one */
	function edit(one) {
		const picker = kit.choose(one?.links ?? [], t("routes.how"));
		const areas = [...new Set(data.areas.features.map(({ properties }) => String(properties?.name)))];
		const form = createMasterForm({
			t,
			title: t(one ? "routes.change" : "routes.add"),
			fields: [
				{ name: "name", label: t("masters.name"), required: true, bytes: 63 },
				{ name: "area", label: t("tab.areas"), type: "select", options: [{ value: "", label: t("routes.no_area") }, ...areas.map((value) => ({ value, label: value }))] },
				{ name: "class", label: t("fleet.class"), type: "select", options: classOptions(t, t("routes.any_class")) },
				{ name: "vehicle", label: t("routes.vehicle"), type: "select",
					options: [{ value: "", label: t("routes.any_vehicle") }, ...data.fleet.filter(({ retired }) => !retired).map(({ code, name }) => ({ value: code, label: name ? `${code}・${name}` : code }))] },
			],
			values: { name: one?.name ?? "", area: one?.area ?? "", class: one?.class ?? "", vehicle: one?.vehicle ?? "" },
			more: [picker.element],
			isReady: () => !picker.fault(),
			explain: kit.explain,
			onCancel: show,
			async onSave(values) {
				await kit.send(one ? `routes/${one.id}/change` : "routes", { ...values, links: picker.get(), ...(one && { version: one.version }) });
				show();
			},
		});
		fill(panel, form.element);
		form.focus();
	}

	function show() {
		kit.clear();
		list.show(
			data.routes.map((one) => ({
				key: String(one.id),
				title: one.name,
				detail: [one.area, one.vehicle || (one.class && t(`class.${one.class}`)), format.length(one.length_m), t("routes.stretches", { n: one.stretches.length })].filter(Boolean).join("・"),
				actions: [
					{ label: t("masters.show"), act: () => kit.map()?.mark(one.links) },
					...kit.actions({ edit: () => edit(one), sure: t("routes.remove_sure", { name: one.name }), path: `routes/${one.id}/remove`, version: one.version, then: show }),
				],
			})),
		);
		panel.scrollTop = 0;
	}
	return { show };
}

/** @param {HTMLElement} panel @param {import("./masters-kit.js").Kit} kit */
export function closuresTab(panel, kit) {
	const { t, data, format, timezone, town } = kit;
	const list = createMasterList(panel, {
		t, title: t("tab.closures"), empty: t("closures.empty"), explain: kit.explain,
		add: kit.mayChange ? { label: t("closures.add"), act: () => edit(null) } : null,
	});

	/** Where it is: a line, an area, or roads; one tool at a time. @param {import("./types.js").Closure | null} one */
	function createWhere(one) {
		const holder = el("div");
		const before = drawingOf(one?.geometry ?? null);
		/** @type {"line" | "area" | "roads"} */
		let way = one ? (one.links.length > 0 || !before ? "roads" : before.kind === "area" ? "area" : "line") : "line";
		/** @type {ReturnType<typeof kit.draw> | null} */
		let tool = null;
		/** @type {ReturnType<typeof kit.choose> | null} */
		let picker = null;

		/** @param {"line" | "area" | "roads"} next */
		function use(next) {
			way = next;
			picker = next === "roads" ? kit.choose(one?.links ?? [], t("closures.how_roads")) : null;
			tool = next === "roads" ? null : kit.draw(next, one?.geometry ?? null);
			fill(holder, (picker ?? tool)?.element);
		}
		const radios = el(
			"fieldset",
			{ class: "ways" },
			el("legend", {}, t("closures.where")),
			...["line", "area", "roads"].map((value) =>
				el("label", { class: "check" }, el("input", { type: "radio", name: "way", value, checked: value === way, onchange: () => use(/** @type {"line" | "area" | "roads"} */ (value)) }), t(`closures.by_${value}`)),
			),
		);
		use(way);
		return {
			elements: [radios, holder],
			isReady: () => (picker ? !picker.fault() : tool?.fault() === null),
			body: () => (picker ? { links: picker.get() } : { geometry: tool && drawingGeometry(tool.get()) }),
		};
	}

	/** When residents will hear of what is entered here. @param {import("./types.js").Closure | null} one */
	function whenPublic(one) {
		const { public_delay_s: delay_s } = town;
		if (typeof delay_s !== "number") {
			return null;
		}
		const now = Date.now();
		const from = one && publicFrom(Date.parse(one.made), delay_s, now);
		const text = !one
			? t("closures.public_new", { n: Math.ceil(untilPublic(delay_s) / 60_000) })
			: from ? t("closures.public_from", { time: format.when(from, now) }) : t("closures.public_change");
		return el("p", { class: "notice" }, text);
	}

	/** @param {import("./types.js").Closure | null} one */
	function edit(one) {
		const where = createWhere(one);
		const phrases = el("select", { id: "field-phrase", onchange: () => usePhrase(phrases.value) },
			el("option", { value: "" }, t("closures.phrase_none")), ...CLOSURE_PHRASES.map(({ key, text }) => el("option", { value: key }, text.ja)));
		const now = Date.now();
		const time = (/** @type {string} */ value) => (zonedTime(value, timezone) === null ? t("masters.no_time") : null);
		const form = createMasterForm({
			t,
			title: t(one ? "closures.change" : "closures.add"),
			fields: [
				{ name: "ja", label: t("closures.ja"), type: "textarea", required: true, bytes: 511, lang: "ja" },
				{ name: "ja-easy", label: t("closures.ja_easy"), type: "textarea", bytes: 511, lang: "ja", hint: t("closures.easy_hint") },
				{ name: "en", label: t("closures.en"), type: "textarea", bytes: 511, lang: "en", hint: t("closures.en_hint") },
				{ name: "from", label: t("closures.from"), type: "datetime-local", required: true, check: time },
				{ name: "end", label: t("closures.end"), type: "datetime-local", required: true, check: (value) =>
					time(value) ?? ((zonedTime(value, timezone) ?? 0) <= Math.max(Date.now(), zonedTime(form.value("from"), timezone) ?? 0) ? t("refused.end") : null) },
			],
			values: {
				ja: one?.text.ja ?? "", "ja-easy": one?.text["ja-easy"] ?? "", en: one?.text.en ?? "",
				from: zonedValue(one ? Date.parse(one.from) : now, timezone),
				end: zonedValue(one ? Date.parse(one.end) : now + USUAL_MS, timezone),
			},
			more: [...where.elements, whenPublic(one)],
			isReady: where.isReady,
			save: t(one ? "masters.save" : "closures.close"),
			explain: kit.explain,
			onCancel: show,
			async onSave({ from, end, ...text }) {
				const moment = (/** @type {string} */ value) => new Date(zonedTime(value, timezone) ?? 0).toISOString();
				await kit.send(one ? `closures/${one.id}/change` : "closures", {
					text, from: moment(from), end: moment(end), ...where.body(), ...(one && { version: one.version }),
				});
				show();
			},
		});
		form.element.querySelector("h2")?.after(el("div", { class: "field" }, el("label", { for: "field-phrase" }, t("closures.phrase")), phrases));
		/** @param {string} key */
		function usePhrase(key) {
			const phrase = CLOSURE_PHRASES.find((known) => known.key === key);
			Object.entries(phrase?.text ?? {}).forEach(([name, text]) => form.set(name, text));
		}
		fill(panel, form.element);
		form.focus();
	}

	/** @param {import("./types.js").Closure} one */
	const missing = (one) => [!one.text["ja-easy"] && t("closures.no_easy"), !one.text.en && t("closures.no_en")].filter((text) => typeof text === "string");

	/** @param {import("./types.js").Closure} one @param {number} now */
	function waiting(one, now) {
		const from = publicFrom(Date.parse(one.made), town.public_delay_s, now);
		return from ? [{ text: t("closures.public_from", { time: format.when(from, now) }) }] : [];
	}

	function show() {
		kit.clear();
		const now = Date.now();
		list.show(
			data.closures.map((one) => ({
				key: String(one.id),
				title: one.text.ja,
				detail: t("closures.span", { from: format.when(Date.parse(one.from), now), end: format.when(Date.parse(one.end), now), name: one.changed_by ?? one.made_by }),
				chips: [
					...(Date.parse(one.from) > now ? [{ text: t("closures.announced") }] : [{ text: t("closures.now"), kind: "bad" }]),
					...waiting(one, now),
					...missing(one).map((text) => ({ text, kind: "warn" })),
				],
				actions: kit.actions({
					edit: () => edit(one), remove: t("closures.withdraw"), sure: t("closures.withdraw_sure"), path: `closures/${one.id}/withdraw`, version: one.version, then: show,
				}),
			})),
		);
		panel.scrollTop = 0;
	}
	return { show };
}
