// SPDX-License-Identifier: Apache-2.0
// Draws the town: main roads first, then quarters, then valleys and hamlets, each meeting what is there.
import { COLLECTORS, NATIONAL, PREFECTURAL, QUARTERS, RIVERS, UNDERPASS, VALLEYS } from "./layout.mjs";
import { STREETS, placeNames } from "./names.mjs";
import { randomStream } from "./random.mjs";
import { beside, between, crossingAngle, cut, distance, heading, lineLength, step } from "./shapes.mjs";
import { Sheet, crossings, splitAtBarriers } from "./sheet.mjs";
import { gridStreets, growLane, windingLine } from "./streets.mjs";

const MAIN = { bridges: "always", class: "幹線" };
const LOOKS = {
	town: { classes: ["第1種", "第2種", "第2種", "生活道路"], widths: [9, 6.5, 6, 4.5], oneway: 0.08 },
	homes: { classes: ["第2種", "第3種", "生活道路", "生活道路"], widths: [6.5, 5.5, 4.5, 4], oneway: 0.02 },
	works: { classes: ["第1種", "第2種", "第2種", "第3種"], widths: [9, 8, 7, 6], oneway: 0 },
	fields: { classes: ["第3種", "第2種", "第3種", "第3種"], widths: [5, 6, 4.5, 4], oneway: 0 },
};

/** Everything drawn, before lines are cut at their junctions: {roads: Sheet, rivers: Sheet}. */
export function drawTown(seed, { small = false } = {}) {
	const world = {
		seed,
		random: randomStream(seed, "draw"),
		roads: new Sheet(),
		rivers: new Sheet(),
		beneath: new Sheet(),
		bridges: [],
	};
	world.newName = placeNames(randomStream(seed, "names"));
	RIVERS.forEach(({ points }, i) => {
		world.rivers.add({ points: windingLine(seed + 100 + i, points, 110, 900) });
	});
	drawMainRoads(world);
	const quarters = small ? QUARTERS.slice(0, 2) : QUARTERS;
	quarters.forEach((quarter, i) => drawQuarter(world, quarter, quarters.slice(0, i)));
	if (!small) drawValleys(world);
	return world;
}

/** Ends a main road on the road it was meant to reach: cut back to it, or led on to it. */
function joined(world, points) {
	const joinHead = (line) => {
		const onto = world.roads.nearest(line[0], 200);
		if (!onto || onto.distance < 0.3) return line;
		const early = crossings(cut(line, 0, 200), world.roads).pop();
		return early ? [early.point, ...cut(line, early.along_m + 1, lineLength(line))] : [onto.point, ...line];
	};
	return joinHead(joinHead(points).reverse()).reverse();
}

/** Adds a road, cut where it meets water: a bridge where one is due, two dead ends where not. */
function addRoad(world, points, look) {
	const half = (crossing) => {
		const near = world.bridges.some((at) => distance(at, crossing.point) < 750);
		if (look.bridges !== "always" && (near || crossing.angle < 0.7 || look.bridges === "never")) return 0;
		world.bridges.push(crossing.point);
		return (look.class === "幹線" ? 34 : 26) / Math.sin(Math.max(0.6, crossing.angle));
	};
	for (const piece of splitAtBarriers(points, world.rivers, half)) {
		world.roads.add({ ...look, points: piece.points, bridge: piece.bridge });
	}
}

function drawMainRoads(world) {
	const under = { ...UNDERPASS, class: "第3種", admin: "town", width_m: 5, passesBeneath: true };
	const underLine = { ...under, points: windingLine(world.seed + 9, under.points, 12, 400) };
	world.beneath.add(underLine);

	const national = windingLine(world.seed + 1, NATIONAL.points, 30, 1100);
	const look = { ...MAIN, name: NATIONAL.name, admin: "nation", width_m: 11, overpasses: true };
	const [from, to] = NATIONAL.dual_m;
	addNational(world, cut(national, 0, from), look);
	addDual(world, cut(national, from, to), look);
	addNational(world, cut(national, to, lineLength(national)), look);

	PREFECTURAL.forEach((road, i) => {
		const points = joined(world, windingLine(world.seed + 20 + i, road.points, road.bend_m, 620));
		const prefectural = { ...MAIN, name: road.name, admin: "prefecture", width_m: 8 };
		const [start, end] = road.tunnel_m ?? [0, 0];
		if (start) {
			addRoad(world, cut(points, 0, start), prefectural);
			world.roads.add({ ...prefectural, points: cut(points, start, end), tunnel: true });
		}
		addRoad(world, cut(points, end, lineLength(points)), prefectural);
	});
	addRoad(world, underLine.points, { ...under, bridges: "never" });
	COLLECTORS.forEach((road, i) => {
		const look = { name: road.name, admin: "town", class: "第1種", width_m: 8, bridges: "always" };
		addRoad(world, joined(world, windingLine(world.seed + 60 + i, road.points, 30, 500)), look);
	});
}

/** The national road goes over the road beneath it on a bridge of its own, without a junction. */
function addNational(world, points, look) {
	for (const piece of splitAtBarriers(points, world.beneath, () => 22)) {
		if (piece.bridge) world.roads.add({ ...look, points: piece.points, bridge: true });
		else addRoad(world, piece.points, look);
	}
}

/** Two carriageways 16 m apart that run together at both ends.  Traffic keeps left. */
function addDual(world, middle, look) {
	const length = lineLength(middle);
	const open = cut(middle, 70, length - 70);
	for (const [offset_m, oneway] of [[8, 1], [-8, -1]]) {
		const points = [middle[0], ...beside(open, offset_m), middle[middle.length - 1]];
		addRoad(world, points, { ...look, width_m: 7.5, oneway, dual: true });
	}
}

function inQuarter(quarter, p) {
	const turn = (-quarter.turn_deg * Math.PI) / 180;
	const [x, y] = [p[0] - quarter.at[0], p[1] - quarter.at[1]];
	const u = x * Math.cos(turn) - y * Math.sin(turn);
	const v = x * Math.sin(turn) + y * Math.cos(turn);
	return Math.hypot(u / quarter.half[0], v / quarter.half[1]) < 1.04;
}

function drawQuarter(world, quarter, earlier) {
	const random = randomStream(world.seed, quarter.name);
	const existing = new Set(world.roads.lines);
	const look = LOOKS[quarter.kind];
	const titles = quarter.kind === "town" ? [...STREETS] : [];
	const streets = new Map();
	const isOld = (line) => existing.has(line);
	for (const { points, ordinal } of [...gridStreets(world.seed, random, quarter)]) {
		if (!streets.has(ordinal)) streets.set(ordinal, streetLook(random, quarter, look, ordinal, titles));
		for (const run of clearOfOthers(world, points, earlier, isOld)) {
			const street = streets.get(ordinal);
			if (run.length > 1) addRoad(world, extended(world, run, isOld, street.class === "第1種" ? 480 : 130), street);
		}
	}
}

function streetLook(random, quarter, look, ordinal, titles) {
	const kind = ordinal % 5 === 2 ? 0 : random.integer(1, 3);
	const title = kind === 0 && titles.length ? titles.shift() : `${quarter.name}${ordinal}号線`;
	const oneway = kind > 1 && random.chance(look.oneway * 2) ? random.sign() : 0;
	return {
		name: `市道${title}`,
		admin: "town",
		class: look.classes[kind],
		width_m: oneway ? 4 : look.widths[kind],
		oneway,
	};
}

/** The runs of a street that do not double a road that was there, nor lie in an earlier quarter. */
function clearOfOthers(world, points, earlier, isOld) {
	const runs = [[points[0]]];
	for (let i = 1; i < points.length; i++) {
		const [p, q] = [points[i - 1], points[i]];
		const middle = between(p, q, 0.5);
		const near = world.roads.nearest(middle, 38, isOld);
		const doubles = near && crossingAngle(near.heading, heading(p, q)) < 0.6;
		if (doubles || earlier.some((quarter) => inQuarter(quarter, middle))) runs.push([q]);
		else runs[runs.length - 1].push(q);
	}
	return runs;
}

/** A street's ends reach out to a main road ahead of them. */
function extended(world, points, isOld, reach_m) {
	const reach = (tip, before) => {
		const far = step(tip, heading(before, tip), reach_m);
		const hit = world.roads.hit(tip, far, isOld);
		const wet = world.rivers.hit(tip, far);
		return hit && hit.angle > 0.5 && (!wet || wet.t > hit.t) ? hit.point : null;
	};
	const head = reach(points[0], points[1]);
	const tail = reach(points[points.length - 1], points[points.length - 2]);
	return [...(head ? [head] : []), ...points, ...(tail ? [tail] : [])];
}

function drawValleys(world) {
	const grown = [];
	for (const valley of VALLEYS) {
		const random = randomStream(world.seed, `valley ${valley.at}`);
		const from = world.roads.nearest(valley.at, 900, (line) => line.admin !== "town" && !line.bridge);
		const angle = (valley.towards_deg * Math.PI) / 180;
		const options = { length_m: valley.length_m, bend: 1.15, wave_m: 380, clear_m: 60, shortest_m: 500 };
		const points = from && growLane(world, random, from.point, angle, options);
		if (!points) continue;
		const name = world.newName();
		addRoad(world, points, { name: `市道${name}線`, admin: "town", class: "第2種", width_m: random.pick([5, 5.5, 6]) });
		grown.push({ points, random, name });
	}
	for (const { points, random, name } of grown) {
		for (let at = 500; at < lineLength(points) + 200; at += random.range(1100, 1700)) {
			drawHamlet(world, random, points, Math.min(at, lineLength(points) - 60), at === 500 ? name : world.newName());
		}
	}
	for (const line of world.roads.lines.filter((l) => l.admin !== "town" && !l.bridge && !l.tunnel && !l.dual)) {
		drawRoadsideHamlets(world, line);
	}
}

/** Hamlets along main roads, outside the quarters. */
function drawRoadsideHamlets(world, line) {
	const random = randomStream(world.seed, `roadside ${line.name} ${line.points[0]}`);
	for (let at = random.range(300, 900); at < lineLength(line.points) - 150; at += random.range(1500, 2700)) {
		const centre = cut(line.points, at - 1, at)[0];
		if (QUARTERS.slice(0, 5).some((quarter) => inQuarter(quarter, centre))) continue;
		drawHamlet(world, random, line.points, at, world.newName());
	}
}

/** A few lanes off a road, lanes off those lanes, most of them dead ends. */
function drawHamlet(world, random, road, at_m, name) {
	let number = 0;
	const lane = (from, angle, length_m) => {
		const points = growLane(world, random, from, angle, { length_m, bend: 0.6, wave_m: 170 });
		if (!points) return null;
		number++;
		const width_m = random.pick([3.5, 4, 4, 4.5]);
		const kind = number === 1 ? "第3種" : "生活道路";
		addRoad(world, points, { name: `市道${name}${number}号線`, admin: "town", class: kind, width_m, bridges: "never" });
		return points;
	};
	for (let i = random.integer(2, 4); i > 0; i--) {
		const [a, b] = cut(road, Math.max(0, at_m + random.range(-230, 230)), lineLength(road)).slice(0, 2);
		if (!b) continue;
		const angle = heading(a, b) + random.sign() * (Math.PI / 2 + random.range(-0.4, 0.4));
		const first = lane(a, angle, random.range(90, 380));
		if (!first || first.length < 6) continue;
		for (const share of [0.5, 0.95]) {
			if (!random.chance(0.6)) continue;
			const k = Math.max(1, Math.floor((first.length - 1) * share));
			const turned = heading(first[k - 1], first[k]) + random.sign() * (Math.PI / 2 + random.range(-0.3, 0.3));
			lane(first[k], turned, random.range(80, 300));
		}
	}
}
