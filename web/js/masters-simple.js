// SPDX-License-Identifier: Apache-2.0
/*
 * The tabs of contractors, areas and depots: a list, and a form for one of them.
 */
import { drawingGeometry } from "./data/drawing.js";
import { fill } from "./dom.js";
import { createMasterForm } from "./ui/master-form.js";
import { createMasterList } from "./ui/master-list.js";

/** @param {HTMLElement} panel @param {import("./masters-kit.js").Kit} kit */
export function contractorsTab(panel, kit) {
	const { t, data } = kit;
	const list = createMasterList(panel, {
		t, title: t("tab.contractors"), empty: t("contractors.empty"), explain: kit.explain,
		add: kit.mayChange ? { label: t("contractors.add"), act: () => edit(null) } : null,
	});

	/** @param {import("./types.js").Contractor | null} one */
	function edit(one) {
		const form = createMasterForm({
			t,
			title: t(one ? "contractors.change" : "contractors.add"),
			fields: [
				{ name: "name", label: t("masters.name"), required: true, bytes: 63 },
				{ name: "phone", label: t("contractors.phone"), type: "tel", bytes: 31, hint: t("contractors.phone_hint") },
			],
			values: { name: one?.name ?? "", phone: one?.phone ?? "" },
			explain: kit.explain,
			onCancel: show,
			async onSave(values) {
				await kit.send(one ? `contractors/${one.id}/change` : "contractors", { ...values, ...(one && { version: one.version }) });
				show();
			},
		});
		fill(panel, form.element);
		form.focus();
	}

	function show() {
		kit.clear();
		list.show(
			data.contractors.map((one) => ({
				key: String(one.id),
				title: one.name,
				detail: [one.phone, t("contractors.vehicles", { n: one.vehicles })].filter(Boolean).join("・"),
				actions: kit.actions({
					edit: () => edit(one), sure: t("contractors.remove_sure", { name: one.name }), path: `contractors/${one.id}/remove`, version: one.version, then: show,
				}),
			})),
		);
		panel.scrollTop = 0;
	}
	return { show };
}

/**
 * Areas (地区) or depots: what was drawn can be changed, what was imported is only shown.
 * @param {HTMLElement} panel
 * @param {import("./masters-kit.js").Kit} kit
 * @param {"areas" | "depots"} kind
 */
export function placesTab(panel, kit, kind) {
	const { t, data } = kit;
	const list = createMasterList(panel, {
		t, title: t(`tab.${kind}`), empty: t(`${kind}.empty`), explain: kit.explain,
		add: kit.mayChange ? { label: t(`${kind}.add`), act: () => edit(null) } : null,
	});

	/** @param {GeoJSON.Feature | null} one */
	function edit(one) {
		const tool = kit.draw(kind === "areas" ? "area" : "point", one?.geometry ?? null);
		const form = createMasterForm({
			t,
			title: t(one ? `${kind}.change` : `${kind}.add`),
			fields: [{ name: "name", label: t("masters.name"), required: true, bytes: 63 }],
			values: { name: one?.properties?.name ?? "" },
			more: [tool.element],
			isReady: () => tool.fault() === null,
			explain: kit.explain,
			onCancel: show,
			async onSave(values) {
				const body = { ...values, geometry: drawingGeometry(tool.get()), ...(one && { version: one.properties?.version }) };
				await kit.send(one ? `${kind}/${one.id}/change` : kind, body);
				show();
			},
		});
		fill(panel, form.element);
		form.focus();
	}

	/** @param {GeoJSON.Feature} one */
	const actions = (one) =>
		kit.actions({
			edit: () => edit(one), sure: t("places.remove_sure", { name: one.properties?.name }), path: `${kind}/${one.id}/remove`, version: one.properties?.version, then: show,
		});

	function show() {
		kit.clear();
		list.show(
			data[kind].features.map((one) => {
				const drawn = one.properties?.layer === "drawn";
				const length_m = one.properties?.progress?.length_m;
				return {
					key: String(one.id),
					title: one.properties?.name || t("masters.unnamed"),
					detail: [length_m ? t("areas.length", { length: kit.format.length(length_m) }) : "", drawn ? "" : t("places.imported", { layer: one.properties?.layer })].filter(Boolean).join("・"),
					actions: drawn ? actions(one) : [],
				};
			}),
		);
		panel.scrollTop = 0;
	}
	return { show };
}
