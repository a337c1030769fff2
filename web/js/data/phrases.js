// SPDX-License-Identifier: Apache-2.0
/*
 * What is said of a closure most often, in the three languages, so that all three are there at five in
 * the morning.  Each can be changed before it is stored.
 */

/** @type {{key: string, text: {ja: string, "ja-easy": string, en: string}}[]} */
export const CLOSURE_PHRASES = [
	{ key: "work", text: {
		ja: "除雪作業のため通行止め",
		"ja-easy": "雪を かたづける しごとを して います。この道は とおることが できません。",
		en: "Road closed for snow removal",
	} },
	{ key: "haul", text: {
		ja: "排雪作業のため通行止め",
		"ja-easy": "雪を トラックで はこぶ しごとを して います。この道は とおることが できません。",
		en: "Road closed while snow is hauled away",
	} },
	{ key: "avalanche", text: {
		ja: "雪崩のおそれがあるため通行止め",
		"ja-easy": "山から 雪が おちて くる かもしれません。あぶないです。この道は とおることが できません。",
		en: "Road closed: danger of avalanches",
	} },
	{ key: "storm", text: {
		ja: "吹雪による視界不良のため通行止め",
		"ja-easy": "雪と 風が つよくて 前が 見えません。あぶないです。この道は とおることが できません。",
		en: "Road closed: no visibility in the snowstorm",
	} },
	{ key: "winter", text: {
		ja: "冬期閉鎖",
		"ja-easy": "冬の あいだ、この道は とおることが できません。",
		en: "Road closed for the winter",
	} },
];
