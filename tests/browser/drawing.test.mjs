// SPDX-License-Identifier: Apache-2.0
// The masters' modules that know no page: drawings, chosen roads, times of the town.
import assert from "node:assert/strict";
import { test } from "node:test";

import { roadsOfLinks, rearranged, stretchesOf, toggled, withRoad } from "../../web/js/data/chosen-roads.js";
import { drawingFault, drawingGeometry, drawingOf, emptyDrawing, withCorner, withMoved, withoutCorner } from "../../web/js/data/drawing.js";
import { CLOSURE_PHRASES } from "../../web/js/data/phrases.js";
import { zonedTime, zonedValue } from "../../web/js/data/zoned.js";

const draw = (kind, ...corners) => corners.reduce(withCorner, emptyDrawing(kind));

test("a corner comes after the chosen one, and the drawing before it stays as it was", () => {
	const line = draw("line", [0, 0], [2, 0]);
	const more = withCorner({ ...line, chosen: 0 }, [1, 0]);
	assert.deepEqual(more.corners, [[0, 0], [1, 0], [2, 0]]);
	assert.equal(more.chosen, 1);
	assert.deepEqual(line.corners, [[0, 0], [2, 0]]);
	assert.deepEqual(withMoved(more, 2, [3, 1]).corners[2], [3, 1]);
	assert.equal(withoutCorner(more, 2).chosen, 1);
	assert.deepEqual(draw("point", [1, 1], [2, 2]).corners, [[2, 2]], "a point moves");
});

test("a drawing says what is wrong with it", () => {
	assert.equal(drawingFault(draw("area", [0, 0], [1, 0])), "drawing.too_few.area");
	assert.equal(drawingFault(draw("area", [0, 0], [1, 0], [1, 1])), null);
	assert.equal(drawingFault(draw("area", [0, 0], [1, 1], [1, 0], [0, 1])), "drawing.crosses");
	assert.equal(drawingFault(draw("line", [0, 0])), "drawing.too_few.line");
	assert.equal(drawingFault(draw("line", [0, 0], [200, 0])), "drawing.no_place");
	assert.equal(drawingFault(emptyDrawing("point")), "drawing.too_few.point");
});

test("what was drawn is drawn on: geometry and back", () => {
	for (const drawing of [draw("point", [1, 2]), draw("line", [0, 0], [1, 1]), draw("area", [0, 0], [1, 0], [1, 1])]) {
		assert.deepEqual(drawingOf(drawingGeometry(drawing)).corners, drawing.corners);
	}
	const multi = { type: "MultiPolygon", coordinates: [[[[0, 0], [1, 0], [1, 1], [0, 0]]]] };
	assert.deepEqual(drawingOf(multi).corners, [[0, 0], [1, 0], [1, 1]]);
	assert.equal(drawingOf({ type: "MultiLineString", coordinates: [] }), null);
	assert.equal(drawingOf(null), null);
});

test("chosen links are stretches of roads by name, and can be put in another order", () => {
	const book = roadsOfLinks({ id: [1, 2], name: ["本町", ""], source_id: ["a", "b7"], links: [[10, 11], [20]], link_m: [[100, 50], [30]] });
	const links = withRoad(toggled([20], 10), [10, 11]);
	const stretches = stretchesOf(links, book);
	assert.deepEqual(stretches.map(({ name, length_m, whole }) => [name, length_m, whole]), [["b7", 30, true], ["本町", 150, true]]);
	assert.deepEqual(rearranged(stretches, 1, -1), [10, 11, 20]);
	assert.deepEqual(rearranged(stretches, 0, 0), [10, 11]);
	assert.deepEqual(rearranged(stretches, 0, -1), links, "the first goes no further");
	assert.deepEqual(toggled(links, 10), [20, 11]);
});

test("a field's time is the town's, also in the night the clocks change", () => {
	assert.equal(zonedTime("2027-01-16T17:00", "Asia/Tokyo"), Date.UTC(2027, 0, 16, 8));
	assert.equal(zonedValue(Date.UTC(2027, 0, 15, 15, 5), "Asia/Tokyo"), "2027-01-16T00:05");
	for (const ms of [Date.UTC(2027, 2, 27, 12), Date.UTC(2027, 2, 28, 2), Date.UTC(2027, 9, 31, 12)]) {
		assert.equal(zonedTime(zonedValue(ms, "Europe/Berlin"), "Europe/Berlin"), ms);
	}
	assert.equal(zonedTime("", "Asia/Tokyo"), null);
	assert.equal(zonedTime("tomorrow", "Asia/Tokyo"), null);
});

test("every phrase for a closure is there in three languages, and fits", () => {
	for (const { key, text } of CLOSURE_PHRASES) {
		for (const language of ["ja", "ja-easy", "en"]) {
			assert.ok(text[language].length > 0 && Buffer.byteLength(text[language]) < 512, `${key} ${language}`);
		}
		assert.doesNotMatch(text.en, /[^\x20-\x7e]/);
	}
});
