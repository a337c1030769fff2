// SPDX-License-Identifier: Apache-2.0
/*
 * The tab of the road classes: when a road of a class counts as done, and until when it is to be.
 */
import { fill } from "./dom.js";
import { word } from "./i18n.js";
import { createMasterForm } from "./ui/master-form.js";
import { createMasterList } from "./ui/master-list.js";

/** The numbers of a rule and what they may be, as the server has it. @type {{name: string, least: number, most: number, whole?: boolean}[]} */
const NUMBERS = [
	{ name: "priority", least: 1, most: 99, whole: true },
	{ name: "required_share", least: 1, most: 100 },
	{ name: "required_passes", least: 1, most: 9, whole: true },
	{ name: "required_width_m", least: 0, most: 30 },
	{ name: "gap_m", least: 0, most: 500 },
	{ name: "trim_m", least: 0, most: 500 },
	{ name: "trigger_cm", least: 0, most: 200 },
];

/** @param {HTMLElement} panel @param {import("./masters-kit.js").Kit} kit @param {boolean} mayChange only an administrator may */
export function classesTab(panel, kit, mayChange) {
	const { t, data } = kit;
	const list = createMasterList(panel, { t, title: t("tab.classes"), empty: "", explain: kit.explain, add: null });

	/** @param {import("./types.js").RoadClass} one */
	const nameOf = (one) => {
		if (one.code === "") {
			return t("classes.others");
		}
		return one.version === null || one.name === one.code ? word(t, "road_class", one.code) : one.name;
	};

	/** @param {(typeof NUMBERS)[number]} number @returns {import("./ui/master-form.js").Field} */
	const numberField = ({ name, least, most, whole }) => ({
		name, label: t(`classes.${name}`), type: "number", required: true, hint: t(`classes.${name}_hint`),
		check: (value) => (Number(value) >= least && Number(value) <= most && (!whole || Number.isInteger(Number(value))) ? null : t("classes.range", { least, most })),
	});

	/** @param {import("./types.js").RoadClass} one */
	function edit(one) {
		const form = createMasterForm({
			t,
			title: t("classes.change", { name: nameOf(one) }),
			fields: [
				{ name: "name", label: t("masters.name"), required: true, bytes: 63 },
				{ name: "finish_by", label: t("classes.finish_by"), type: "time", required: true, hint: t("classes.finish_by_hint") },
				...NUMBERS.slice(0, 3).map(numberField),
				{ name: "both_directions", label: t("classes.both_directions"), type: "select",
					options: [{ value: "", label: t("classes.either") }, { value: "1", label: t("classes.both") }] },
				...NUMBERS.slice(3).map(numberField),
			],
			values: {
				...Object.fromEntries(NUMBERS.map(({ name }) => [name, String(one[/** @type {"priority"} */ (name)])])),
				name: one.code !== "" && one.version === null ? nameOf(one) : one.name,
				finish_by: one.finish_by,
				required_share: String(Math.round(one.required_share * 1000) / 10),
				both_directions: one.both_directions ? "1" : "",
			},
			explain: kit.explain,
			onCancel: show,
			async onSave({ name, finish_by, both_directions, ...numbers }) {
				const values = Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, Number(value)]));
				await kit.send("classes", {
					code: one.code, name, finish_by, both_directions: both_directions === "1", ...values,
					required_share: values.required_share / 100, ...(one.version !== null && { version: one.version }),
				});
				show();
			},
		});
		fill(panel, form.element);
		form.focus();
	}

	/** The rule in a line. @param {import("./types.js").RoadClass} one */
	const inWords = (one) =>
		[
			t("classes.until", { time: one.finish_by }),
			t("classes.order", { n: one.priority }),
			t(one.both_directions ? "classes.asked_both" : "classes.asked", { percent: `${Math.round(one.required_share * 1000) / 10}\u00a0%`, n: one.required_passes }),
			one.required_width_m > 0 ? t("classes.wide", { width: one.required_width_m }) : "",
			one.trigger_cm > 0 ? t("classes.snow", { depth: one.trigger_cm }) : t("classes.no_snow"),
			one.roads > 0 ? t("classes.roads", { length: kit.format.km(one.length_m) }) : "",
		].filter(Boolean).join("・");

	/** @param {import("./types.js").RoadClass} one */
	function actions(one) {
		const change = { label: t(one.version === null ? "classes.own" : "masters.change"), act: () => edit(one) };
		const back = { label: t("classes.back"), sure: t("classes.back_sure", { name: nameOf(one) }), act: async () => {
			await kit.send("classes/remove", { code: one.code, version: one.version });
			show();
		} };
		return one.version === null || one.code === "" ? [change] : [change, back];
	}

	function show() {
		kit.clear();
		list.show(
			data.classes.map((one) => ({
				key: one.code,
				title: nameOf(one),
				detail: inWords(one),
				chips: one.code !== "" && one.version === null ? [{ text: t("classes.follows") }] : [],
				actions: mayChange ? actions(one) : [],
			})),
		);
		panel.scrollTop = 0;
	}
	return { show };
}
