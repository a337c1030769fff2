// SPDX-License-Identifier: Apache-2.0
/*
 * A road in a line of words: whose it is, which class, how long.
 */
import { word } from "../i18n.js";

/**
 * Whose road it is, and what sort.
 * @param {{admin: import("../types.js").Admin, class: string, length_m: number}} road
 * @param {import("../i18n.js").Translate} t
 * @param {import("../format.js").Format} format
 */
export function roadWords(road, t, format) {
	return [t(`admin.${road.admin}`), road.class && word(t, "road_class", road.class), format.length(road.length_m)]
		.filter(Boolean)
		.join("・");
}
