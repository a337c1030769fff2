// SPDX-License-Identifier: Apache-2.0
/*
 * plow-import: every format and encoding town offices hand over, the rules for ids and one-ways, and
 * every way to refuse a file, each with the database as it was before.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";

import { BIN, recording, until, workplace } from "../support/programs.mjs";

const TOYAMA = recording("matching", "00000037", "network.geojson");
const SYRACUSE = recording("fleet", "network_streets.geojson");
const KREMS = recording("roads", "krems.osm.gz");
const ANDORRA = recording("roads", "andorra.osm.pbf");
const LIECHTENSTEIN = recording("roads", "liechtenstein-latest.osm.pbf");

function feature(properties, coordinates, type = "LineString") {
	return { type: "Feature", properties, geometry: { type, coordinates } };
}

function collection(...features) {
	return JSON.stringify({ type: "FeatureCollection", features });
}

const EAST = [[140.4, 38.6], [140.41, 38.6]];
const NORTH = [[140.41, 38.6], [140.41, 38.61]];
const SNOWTOWN = collection(
	feature({ rosen: "001", 路線名: "十日町①髙橋通り", 幅員: "６．５ｍ", 管理者: "山形県", 一方通行: "逆方向" }, EAST),
	feature({ rosen: "002", 路線名: "中央線", 幅員: "4", 管理者: "尾花沢市", 一方通行: "" }, NORTH),
);

/** An empty town, and shorthands for importing into it and looking at what is there. */
async function town(t) {
	const place = await workplace(t);
	const db = place.path("town.db");
	await place.ok("plowctl", ["init", "--db", db]);
	return {
		place,
		db,
		query: (sql) => JSON.parse(execFileSync("sqlite3", ["-json", db, sql], { encoding: "utf8" }) || "[]"),
		/** Imports what has to be importable; returns the summary. */
		take: async (file, ...options) => JSON.parse(await place.ok("plow-import", [file, "--db", db, ...options])),
		/** Imports what must be refused, with nothing changed; returns the one sentence. */
		async refuses(status, file, ...options) {
			const before = content(db);
			const ended = await place.run("plow-import", [file, "--db", db, ...options]);
			assert.equal(ended.status, status, ended.stderr);
			assert.equal(ended.stdout, "");
			assert.match(ended.stderr, /^plow-import: .+\n$/, "one sentence");
			assert.equal(content(db), before, "the database is as it was");
			return ended.stderr;
		},
		text: (name, text) => place.file(name, text),
		/** Another format of a GeoJSON text, made by ogr2ogr. */
		async convert(text, name, ...options) {
			const source = await place.file(`of-${name.replace(/\W/g, "-")}.geojson`, text);
			execFileSync("ogr2ogr", [...options, place.path(name), source], { stdio: "pipe" });
			return place.path(name);
		},
	};
}

function content(db) {
	return execFileSync("sqlite3", [db, "SELECT * FROM roads; SELECT * FROM areas; SELECT * FROM depots;" +
		"SELECT * FROM layer; SELECT * FROM setting; SELECT count(*) FROM idx_roads_geom"], { encoding: "latin1" });
}

const BY_ID = "SELECT source_id, name, class, admin, oneway, width_m, sidewalk, bridge, tunnel, length_m FROM roads ORDER BY source_id";

test("a GeoJSON's roads are stored with what its columns say", async (t) => {
	const { take, query, text } = await town(t);
	const file = await text("roads.geojson", collection(
		feature({ id: 7, name: "National Rd", highway: "trunk", oneway: "yes", width: "7.5 m", bridge: "yes", admin: "国" }, EAST),
		feature({ id: 8, name: null, highway: "footway", oneway: -1, width: "wide", tunnel: 1 }, NORTH),
	));
	const summary = await take(file);
	assert.deepEqual(
		[summary.layer, summary.read, summary.imported, summary.added, summary.links, summary.nodes, summary.components],
		["roads", 2, 2, 2, 2, 3, 1],
	);
	const [first, second] = query(BY_ID);
	assert.ok(Math.abs(first.length_m - 871.1203) < 0.001, "ellipsoidal");
	assert.deepEqual({ ...first, length_m: 0 }, { source_id: "7", name: "National Rd", class: "trunk", admin: "nation",
		oneway: 1, width_m: 7.5, sidewalk: 0, bridge: 1, tunnel: 0, length_m: 0 });
	assert.deepEqual({ ...second, length_m: 0 }, { source_id: "8", name: "", class: "footway", admin: "town",
		oneway: -1, width_m: 0, sidewalk: 1, bridge: 0, tunnel: 1, length_m: 0 });
});

test("a feature's own id goes before a property id, and that before its number", async (t) => {
	const { take, query, text } = await town(t);
	const features = JSON.parse(collection(
		feature({ id: 7 }, EAST), feature({ id: 8 }, EAST), feature({ id: "九" }, EAST), feature({ name: "x" }, EAST),
		feature({ id: 3, name: '"id":99' }, EAST),
	));
	features.features[0].id = "way/12";
	features.features[1].id = 55;
	const ids = async (...options) => {
		await take(await text("r.geojson", JSON.stringify(features)), ...options);
		return query("SELECT source_id FROM roads ORDER BY id").map((row) => row.source_id);
	};
	assert.deepEqual(await ids(), ["way/12", "55", "九", "4", "3"]);
	assert.deepEqual(await ids("--layer", "r2", "--id-field", "-"), ["way/12", "55", "九", "4", "3", "1", "2", "3", "4", "5"]);
});

test("the parts of a multi-part line are ID#1, ID#2; a single part keeps the id", async (t) => {
	const { take, query, text } = await town(t);
	await take(await text("r.geojson", collection(
		feature({ id: "A" }, [EAST, NORTH], "MultiLineString"),
		feature({ id: "B" }, [[[140.5, 38.6, 92.5], [140.51, 38.6, 93]]], "MultiLineString"),
	)));
	assert.deepEqual(query("SELECT source_id, CoordDimension FROM (SELECT source_id, length(geom) AS CoordDimension FROM roads) ORDER BY 1"),
		[{ source_id: "A#1", CoordDimension: 80 }, { source_id: "A#2", CoordDimension: 80 }, { source_id: "B", CoordDimension: 80 }]);
});

test("a duplicate id is refused, naming both features", async (t) => {
	const { refuses, text } = await town(t);
	const said = await refuses(65, await text("r.geojson", collection(
		feature({ id: 1 }, EAST), feature({ id: "A" }, EAST), feature({ id: 2 }, EAST), feature({ id: "A" }, NORTH))));
	assert.match(said, /features 2 and 4 have the same id A/);
});

test("a feature in several parts and one in a single part may not share an id", async (t) => {
	const { refuses, text } = await town(t);
	assert.match(await refuses(65, await text("r.geojson", collection(
		feature({ id: "k" }, EAST), feature({ id: "k" }, [EAST, NORTH], "MultiLineString")))), /features 1 and 2 have the same id k/);
});

test("a part's id that another feature has is a duplicate too", async (t) => {
	const { refuses, text } = await town(t);
	assert.match(await refuses(65, await text("r.geojson", collection(
		feature({ id: "A#2" }, EAST), feature({ id: "A" }, [EAST, NORTH], "MultiLineString")))), /features 1 and 2 .* A#2/);
});

test("importing a layer again keeps the row ids of its roads and touches only what changed", async (t) => {
	const { take, query, text } = await town(t);
	const rows = () => Object.fromEntries(query("SELECT source_id, id FROM roads").map((row) => [row.source_id, row.id]));
	await take(await text("r.geojson", collection(feature({ id: "a" }, EAST), feature({ id: "b" }, NORTH), feature({ id: "c" }, EAST))));
	const before = rows();
	const revision = () => query("SELECT value FROM setting WHERE key = 'revision'")[0].value;
	const old = revision();
	const summary = await take(await text("r.geojson", collection(
		feature({ id: "d" }, EAST), feature({ id: "b", name: "new" }, NORTH), feature({ id: "a" }, EAST))));
	assert.deepEqual([summary.added, summary.changed, summary.unchanged, summary.removed], [1, 1, 1, 1]);
	assert.deepEqual([rows().a, rows().b, rows().c], [before.a, before.b, undefined]);
	assert.notEqual(rows().d, before.c, "a row id is never used again");
	assert.notEqual(revision(), old);
	assert.deepEqual(query("SELECT count(*) AS n FROM idx_roads_geom"), [{ n: 3 }]);
});

test("after an import the tables have their triggers again, and the spatial index is right", async (t) => {
	const { take, query, text, db } = await town(t);
	const triggers = () => query("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name");
	const before = triggers();
	await take(await text("r.geojson", collection(feature({ id: 1 }, EAST), feature({ id: 2 }, NORTH))));
	await take(await text("r.geojson", collection(feature({ id: 1 }, NORTH), feature({ id: 3 }, EAST))));
	assert.ok(before.some(({ name }) => name === "gii_roads_geom"));
	assert.deepEqual(triggers(), before);
	const checked = execFileSync("sqlite3", [db, "SELECT load_extension('mod_spatialite')", "SELECT 'index', CheckSpatialIndex('roads', 'geom')"], { encoding: "utf8" });
	assert.match(checked, /index\|1/);
	const [box] = query("SELECT xmin, xmax, ymin, ymax FROM idx_roads_geom WHERE pkid = 1");
	assert.ok(Math.abs(box.xmin - 140.41) < 1e-4 && Math.abs(box.ymax - 38.61) < 1e-4, "road 1 moved");
});

test("layers do not touch each other", async (t) => {
	const { take, query, text } = await town(t);
	const file = await text("r.geojson", collection(feature({ id: 1 }, EAST)));
	await take(file, "--layer", "市道");
	await take(file, "--layer", "県道");
	await take(file, "--layer", "市道");
	assert.deepEqual(query("SELECT layer FROM roads ORDER BY id"), [{ layer: "市道" }, { layer: "県道" }]);
	assert.deepEqual(query("SELECT kind, name, source, features FROM layer ORDER BY id"), [
		{ kind: "roads", name: "市道", source: "r.geojson", features: 1 },
		{ kind: "roads", name: "県道", source: "r.geojson", features: 1 },
	]);
});

for (const [what, options, change] of [
	["in CP932 with a .cpg", ["ENCODING=CP932"], () => {}],
	["in CP932 without a .cpg", ["ENCODING=CP932"], (path) => rmSync(path("s.cpg"))],
	["in UTF-8 with a .cpg", ["ENCODING=UTF-8"], () => {}],
	["in UTF-8 without a .cpg", ["ENCODING=UTF-8"], (path) => rmSync(path("s.cpg"))],
]) {
	test(`a Shapefile ${what}, in the survey's plane coordinates`, async (t) => {
		const { place, take, query, convert } = await town(t);
		const file = await convert(SNOWTOWN, "s.shp", "-f", "ESRI Shapefile", "-t_srs", "EPSG:6678", "-lco", options[0]);
		change((name) => place.path(name));
		const summary = await take(file, "--id-field", "rosen");
		assert.equal(summary.encoding, options[0].slice("ENCODING=".length));
		assert.equal(summary.components, 1);
		assert.deepEqual(query("SELECT source_id, name, admin, oneway, width_m, round(length_m, 3) AS length_m FROM roads ORDER BY 1"), [
			{ source_id: "001", name: "十日町①髙橋通り", admin: "prefecture", oneway: -1, width_m: 6.5, length_m: 871.12 },
			{ source_id: "002", name: "中央線", admin: "town", oneway: 0, width_m: 4, length_m: 1110.08 },
		]);
	});
}

test("a Shapefile whose .cpg is wrong is refused, and read when told", async (t) => {
	const { place, take, refuses, query, convert } = await town(t);
	const file = await convert(SNOWTOWN, "s.shp", "-f", "ESRI Shapefile", "-lco", "ENCODING=CP932");
	writeFileSync(place.path("s.cpg"), "UTF-8");
	assert.match(await refuses(65, file), /is not UTF-8; name the file's encoding with --encoding/);
	await take(file, "--encoding", "Shift_JIS");
	assert.equal(query("SELECT name FROM roads WHERE source_id = '1'")[0].name, "十日町①髙橋通り");
});

test("a Shapefile in none of the usual encodings is refused", async (t) => {
	const { place, refuses, convert } = await town(t);
	const file = await convert(collection(feature({ name: "Grün-Straße" }, EAST)), "s.shp", "-f", "ESRI Shapefile",
		"-lco", "ENCODING=ISO-8859-1");
	rmSync(place.path("s.cpg"));
	const dbf = readFileSync(place.path("s.dbf"));
	writeFileSync(place.path("s.dbf"), dbf.fill(0xff, dbf.length - 20, dbf.length - 12));
	assert.match(await refuses(65, file), /neither UTF-8 nor CP932/);
});

test("a Shapefile without .prj is refused unless its coordinates are degrees or --srid says it", async (t) => {
	const { place, take, refuses, query, convert } = await town(t);
	const plane = await convert(SNOWTOWN, "plane.shp", "-f", "ESRI Shapefile", "-t_srs", "EPSG:6678", "-lco", "ENCODING=UTF-8");
	rmSync(place.path("plane.prj"));
	assert.match(await refuses(65, plane), /no \.prj.*--srid/);
	assert.match(await refuses(65, plane, "--srid", "4326"), /feature 1 lies at -3/);
	assert.match(await refuses(64, plane, "--srid", "99999"), /no such EPSG number/);
	assert.equal((await take(plane, "--srid", "6678")).crs_assumed, false);
	assert.equal(query("SELECT count(*) AS n FROM idx_roads_geom WHERE xmin > 140.39 AND xmax < 140.42 AND ymin > 38.59 AND ymax < 38.62")[0].n, 2);

	const degrees = await convert(SNOWTOWN, "degrees.shp", "-f", "ESRI Shapefile", "-lco", "ENCODING=UTF-8");
	rmSync(place.path("degrees.prj"));
	assert.equal((await take(degrees)).crs_assumed, true);
});

test("a Shapefile that lost one of its files is refused, and so is one that is cut off", async (t) => {
	const { place, refuses, convert } = await town(t);
	const file = await convert(SNOWTOWN, "s.shp", "-f", "ESRI Shapefile", "-lco", "ENCODING=UTF-8");
	for (const [ending, sentence] of [["shx", /without its \.shx file/], ["dbf", /without its \.dbf file/]]) {
		const bytes = readFileSync(place.path(`s.${ending}`));
		rmSync(place.path(`s.${ending}`));
		assert.match(await refuses(65, file), sentence);
		writeFileSync(place.path(`s.${ending}`), bytes);
	}
	for (const ending of ["dbf", "shx", "shp"]) {
		const bytes = readFileSync(place.path(`s.${ending}`));
		truncateSync(place.path(`s.${ending}`), bytes.length - 20);
		await refuses(65, file);
		writeFileSync(place.path(`s.${ending}`), bytes);
	}
});

test("the old Tokyo datum is shifted by its few hundred metres", async (t) => {
	const { take, query, text } = await town(t);
	const old = JSON.parse(collection(feature({ id: 1 }, [[140, 38], [140.001, 38]])));
	old.crs = { type: "name", properties: { name: "urn:ogc:def:crs:EPSG::4301" } };
	await take(await text("r.geojson", JSON.stringify(old)));
	const [{ xmin, ymin }] = query("SELECT xmin, ymin FROM idx_roads_geom");
	assert.ok(Math.abs(xmin - 139.99664) < 0.0001 && Math.abs(ymin - 38.00298) < 0.0001, `${xmin} ${ymin}`);
});

test("a GeoPackage's layer is chosen by --layer where there are several", async (t) => {
	const { place, take, refuses, convert, text } = await town(t);
	const file = await convert(SNOWTOWN, "g.gpkg", "-f", "GPKG", "-nln", "市道");
	assert.equal((await take(file)).imported, 2);
	const other = await text("o.geojson", collection(feature({}, EAST)));
	execFileSync("ogr2ogr", ["-update", "-nln", "県道", place.path("g.gpkg"), other]);
	assert.match(await refuses(65, file), /several layers \(市道, 県道\)/);
	const summary = await take(file, "--layer", "県道");
	assert.deepEqual([summary.layer, summary.imported], ["県道", 1]);
});

test("--map names the columns, and one that is not there is refused", async (t) => {
	const { take, refuses, query, text } = await town(t);
	const file = await text("r.geojson", collection(
		feature({ id: 1, name: "wrong", label: "右", kind: "A", dir: "-1", w: 3, keeper: "県" }, EAST)));
	await take(file, "--map", "name=label,class=kind,oneway=dir,width_m=w,admin=keeper");
	assert.deepEqual(query("SELECT name, class, oneway, width_m, admin FROM roads"),
		[{ name: "右", class: "A", oneway: -1, width_m: 3, admin: "prefecture" }]);
	assert.match(await refuses(65, file, "--map", "name=nothing"), /no column nothing/);
	assert.match(await refuses(65, file, "--id-field", "nothing"), /no column nothing/);
	await refuses(64, file, "--map", "colour=label");
});

test("values nobody understands are counted and said once", async (t) => {
	const { place, db, text } = await town(t);
	const file = await text("r.geojson", collection(
		feature({ id: 1, oneway: "maybe", admin: "somebody" }, EAST), feature({ id: 2, oneway: "maybe" }, NORTH)));
	const { stderr } = await place.run("plow-import", [file, "--db", db]);
	assert.match(stderr, /2 one-way values were not understood \(such as "maybe"\)/);
	assert.match(stderr, /1 administrators were not understood \(such as "somebody"\)/);
});

test("--bbox keeps what touches the box, whole", async (t) => {
	const { take, refuses, query, text } = await town(t);
	const file = await text("r.geojson", collection(
		feature({ id: 1 }, EAST), feature({ id: 2 }, NORTH), feature({ id: 3 }, [[141, 39], [141.01, 39]])));
	const summary = await take(file, "--bbox", "140.3,38.5,140.405,38.65");
	assert.deepEqual([summary.imported, summary.skipped], [1, { outside_bbox: 2 }]);
	assert.ok(query("SELECT length_m FROM roads")[0].length_m > 871);
	assert.match(await refuses(65, file, "--bbox", "10,10,11,11"), /none of its 3 features lies in the box/);
	await refuses(64, file, "--bbox", "11,10,10,11");
});

test("--snap joins a drawn map: ends to vertices, ends to the middle of lines", async (t) => {
	const { take, query, text } = await town(t);
	const metre = { lon: 1 / 87112, lat: 1 / 111008 };
	const at = (x, y) => [140.4 + x * metre.lon, 38.6 + y * metre.lat];
	const file = await text("r.geojson", collection(
		feature({ id: "main" }, [at(0, 0), at(200, 0)]),
		feature({ id: "side" }, [at(80, 1.5), at(80, 90)]),
		feature({ id: "other side" }, [at(80.3, -1), at(80, -90)]),
		feature({ id: "end" }, [at(201, 1), at(300, 0)]),
		feature({ id: "short" }, [at(0.5, -0.5), at(1.5, -1)]),
		feature({ id: "bridge" }, [at(150, -50), at(150, 50)]),
		feature({ id: "far" }, [at(40, 3), at(40, 60)]),
	));
	const loose = await take(file);
	assert.deepEqual([loose.components, loose.snapped], [7, 0]);
	const joined = await take(file, "--snap", "2");
	assert.equal(joined.snapped, 4);
	assert.equal(joined.components, 3, "all but the bridge and the far one");
	assert.equal(joined.links, 8, "the main road is cut once, where both sides meet it");
	const [short] = query("SELECT length_m FROM roads WHERE source_id = 'short'");
	assert.ok(short.length_m > 0.5, "a short line does not shrink to nothing");
});

test("areas are polygons, mended where they cross themselves; depots are points", async (t) => {
	const { take, refuses, query, text } = await town(t);
	const square = [[[140.4, 38.6], [140.5, 38.6], [140.5, 38.7], [140.4, 38.7], [140.4, 38.6]]];
	const bow = [[[140.6, 38.6], [140.7, 38.7], [140.7, 38.6], [140.6, 38.7], [140.6, 38.6]]];
	const areas = await text("areas.geojson", collection(
		feature({ id: 1, 地区名: "中央" }, square, "Polygon"), feature({ id: 2, 地区名: "bow" }, bow, "Polygon"),
		feature({ id: 3 }, EAST)));
	const summary = await take(areas, "--as", "areas");
	assert.deepEqual([summary.imported, summary.mended, summary.skipped], [2, 1, { wrong_type: 1 }]);
	assert.deepEqual(query("SELECT name FROM areas ORDER BY id"), [{ name: "中央" }, { name: "bow" }]);
	const depots = await text("depots.geojson", collection(
		feature({ id: 1, name: "yard" }, square, "Polygon"), feature({ id: 2, name: "gate" }, [140.41, 38.61], "Point")));
	assert.equal((await take(depots, "--as", "depots")).imported, 2);
	assert.deepEqual(query("SELECT count(*) AS n FROM idx_depots_geom WHERE xmin BETWEEN 140.4 AND 140.5 AND ymin BETWEEN 38.6 AND 38.7"), [{ n: 2 }]);
	assert.match(await refuses(65, areas, "--as", "depots", "--bbox", "0,0,1,1"), /none of its 3 features lies/);
	assert.match(await refuses(65, await text("r.geojson", collection(feature({}, EAST))), "--as", "areas"), /holds no polygons/);
	assert.match(await refuses(65, depots, "--as", "roads"), /can become roads/);
});

test("a GeoPackage and a Shapefile without features are refused as an empty GeoJSON is", async (t) => {
	const { refuses, text, place } = await town(t);
	const one = await text("one.geojson", collection(feature({ id: 1 }, EAST)));
	for (const [format, name] of [["GPKG", "empty.gpkg"], ["ESRI Shapefile", "empty.shp"]]) {
		execFileSync("ogr2ogr", ["-f", format, place.path(name), one, "-where", "id = 2"], { stdio: "ignore" });
		assert.match(await refuses(65, place.path(name)), /has no roads: it is empty/);
	}
});

test("ogrinfo shows roads, areas, depots, water, tracks (with spatial indexes) and coverage with each road's state", async (t) => {
	const { take, db, text, query } = await town(t);
	await take(await text("r.geojson", collection(feature({ id: 1, name: "中央線" }, EAST))));
	const listed = execFileSync("ogrinfo", ["-ro", db], { encoding: "utf8" });
	for (const layer of ["roads (Line String)", "areas (Multi Polygon)", "depots (Point)", "water (Multi Polygon)", "tracks (3D Measured Line String)", "coverage (Line String)"]) {
		assert.ok(listed.includes(layer), `${layer} in ${listed}`);
	}
	assert.deepEqual(query("SELECT f_table_name AS name FROM geometry_columns WHERE spatial_index_enabled = 1 ORDER BY 1").map(({ name }) => name),
		["areas", "depots", "roads", "tracks", "water"]);
	const shown = execFileSync("ogrinfo", ["-ro", "-al", db, "coverage"], { encoding: "utf8" });
	assert.match(shown, /name \(String\) = 中央線/);
	assert.match(shown, /status \(String\) = none/);
	assert.match(shown, /LINESTRING \(140\.4 38\.6,140\.41 38\.6\)/);
});

test("lines of no length and features without geometry are skipped and counted", async (t) => {
	const { take, text } = await town(t);
	const summary = await take(await text("r.geojson", collection(
		feature({ id: 1 }, EAST), feature({ id: 2 }, [[140, 38], [140, 38]]), feature({ id: 3 }, [140, 38], "Point"),
		{ type: "Feature", properties: { id: 4 }, geometry: null })));
	assert.deepEqual([summary.read, summary.imported, summary.skipped],
		[4, 1, { no_geometry: 1, wrong_type: 1, no_length: 1 }]);
});

const REFUSED = [
	["a GeoJSON cut off in the middle", "r.geojson", SNOWTOWN.slice(0, -40), /cannot be read as/],
	["text that is no map", "r.geojson", "hello", /cannot be read as/],
	["an empty file", "r.geojson", "", /is empty/],
	["a layer without features", "r.geojson", collection(), /has no roads: it is empty/],
	["a longitude off the earth", "r.geojson", collection(feature({}, [[140, 38], [181, 38]])), /feature 1 lies at 181, 38/],
	["metres where degrees should be", "r.geojson", collection(feature({}, EAST), feature({}, [[-37744, -155325], [-37000, -155325]])), /feature 2 lies at -37744, -155325/],
	["a jump across the country", "r.geojson", collection(feature({}, [[140, 38], [142, 38]])), /feature 1 jumps 176 km/],
	["a number that is none", "r.geojson", collection(feature({}, EAST)).replace("140.41", "1e999"), /no place in degrees/],
	["a line with too many points", "r.geojson", collection(feature({}, Array.from({ length: 70000 }, (_, i) => [140 + i * 1e-6, 38]))), /feature 1 has 70000 points/],
	["an id that is no clean text", "r.geojson", collection(feature({ id: "a".repeat(300) }, EAST)), /id of feature 1 is longer/],
	["OpenStreetMap text cut off", "r.osm", '<osm version="0.6"><node id="1" lat="38" lon="140"/><way id="1"><nd ref="1"/>', /damaged or cut off/],
	["bytes that are no GeoPackage", "r.gpkg", "SQLite format 3\0".padEnd(4096, "x"), /cannot be read as/],
];
for (const [what, name, text, sentence] of REFUSED) {
	test(`${what} is refused with 65`, async (t) => {
		const place = await town(t);
		assert.match(await place.refuses(65, await place.text(name, text)), sentence);
	});
}

test("a file or a database that is missing or is none is told apart", async (t) => {
	const { place, text, refuses } = await town(t);
	const roads = await text("r.geojson", SNOWTOWN);
	const status = async (file, db) => (await place.run("plow-import", [file, "--db", db])).status;
	assert.match(await refuses(66, place.path("none.geojson")), /there is no file/);
	assert.match(await refuses(65, place.folder), /is not a file/);
	assert.equal(await status(roads, place.path("none.db")), 66);
	assert.ok(!existsSync(place.path("none.db")), "no database is made by the way");
	assert.equal(await status(roads, roads), 65);
	assert.equal(await status(roads, await text("empty.db", "")), 65);
});

test("wrong usage is explained with 64, help and version are printed", async (t) => {
	const { place, db } = await town(t);
	const run = async (...args) => place.run("plow-import", args);
	for (const args of [[], ["a", "b", "--db", db], ["a"], ["a", "--db", db, "--as", "rivers"], ["a", "--db", db, "--snap", "-1"],
		["a", "--db", db, "--srid", "x"], ["a", "--db", db, "--encoding", "klingon"], ["a", "--db", db, "--wrong"]]) {
		assert.equal((await run(...args)).status, 64, args.join(" "));
	}
	assert.match((await run("--help")).stdout, /^Usage: plow-import FILE --db DB/);
	assert.match((await run("--version")).stdout, /^plow-import \d/);
});

test("a full disk leaves the layer as it was", { skip: !TOYAMA && "no recordings" }, async (t) => {
	const { place, db, take, text } = await town(t);
	await take(await text("network.geojson", collection(feature({ id: 1 }, EAST))));
	const before = content(db);
	const limited = await place.run("/bin/sh", ["-c", 'trap "" XFSZ; ulimit -f 300; exec "$0" "$@"',
		`${BIN}/plow-import`, TOYAMA, "--db", db]);
	assert.equal(limited.status, 74, limited.stderr);
	assert.equal(content(db), before);
	assert.equal((await take(TOYAMA)).imported, 4907);
});

/* OpenStreetMap */

const OSM = `<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6" generator="by hand">
${[[0, 0], [10, 0], [20, 0], [20, 10], [10, 10], [30, 30]].map(([x, y], i) =>
		`<node id="${i + 1}" lat="${38.6 + y / 1e4}" lon="${140.4 + x / 1e4}"/>`).join("\n")}
${way(11, [1, 2, 3], { highway: "trunk", name: "国道13号", lanes: "2", width: "9" })}
${way(12, [2, 5], { highway: "residential", oneway: "-1", name: "中央通り" })}
${way(13, [3, 4, 5, 3], { highway: "tertiary", junction: "roundabout", ref: "29" })}
${way(14, [4, 6], { highway: "footway", footway: "sidewalk", bridge: "yes" })}
${way(15, [4, 6], { highway: "path", sac_scale: "hiking" })}
${way(16, [4, 6], { highway: "steps" })}
${way(17, [4, 6], { highway: "proposed" })}
${way(18, [1, 5], { waterway: "river" })}
${way(19, [1, 2, 5, 1], { highway: "pedestrian", area: "yes" })}
${way(20, [1, 6], { highway: "motorway", tunnel: "yes" })}
${way(21, [5, 6], { highway: "secondary", operator: "山形県", oneway: "no" })}
${way(22, [1, 2, 5, 1], { building: "yes" })}
${way(23, [1, 2, 5, 1], { natural: "water", name: "桜池" })}
${way(24, [1, 2, 5, 1], { natural: "wood" })}
${way(25, [2, 4, 5, 2], {})}
<relation id="23"><member type="way" ref="25" role="outer"/><tag k="type" v="multipolygon"/><tag k="natural" v="water"/></relation>
</osm>`;

function way(id, nodes, tags) {
	return `<way id="${id}">${nodes.map((ref) => `<nd ref="${ref}"/>`).join("")}` +
		`${Object.entries(tags).map(([k, v]) => `<tag k="${k}" v="${v}"/>`).join("")}</way>`;
}

for (const [what, name, bytes] of [["plain", "town.osm", OSM], ["gzipped", "town.osm.gz", gzipSync(OSM)]]) {
	test(`OpenStreetMap, ${what}: ways plows use, with their numbers and tags`, async (t) => {
		const { take, query, text } = await town(t);
		const summary = await take(await text(name, bytes));
		assert.equal(summary.layer, "town");
		assert.deepEqual(summary.skipped, { not_for_plows: 2, not_built: 1, trail: 1 });
		assert.deepEqual(query("SELECT source_id AS id, name, class, admin, oneway, width_m AS w, sidewalk AS s, bridge AS b, tunnel AS t FROM roads ORDER BY id"), [
			{ id: "11", name: "国道13号", class: "trunk", admin: "nation", oneway: 0, w: 9, s: 0, b: 0, t: 0 },
			{ id: "12", name: "中央通り", class: "residential", admin: "town", oneway: -1, w: 0, s: 0, b: 0, t: 0 },
			{ id: "13", name: "29", class: "tertiary", admin: "town", oneway: 1, w: 0, s: 0, b: 0, t: 0 },
			{ id: "14", name: "", class: "footway", admin: "town", oneway: 0, w: 0, s: 1, b: 1, t: 0 },
			{ id: "20", name: "", class: "motorway", admin: "expressway", oneway: 1, w: 0, s: 0, b: 0, t: 1 },
			{ id: "21", name: "", class: "secondary", admin: "prefecture", oneway: 0, w: 0, s: 0, b: 0, t: 0 },
		]);
		assert.equal(summary.components, 1);
		assert.equal(summary.links, 9, "the trunk is cut at node 2, the roundabout at nodes 3, 4 and 5");
	});
}

test("OpenStreetMap has roads and water, and no areas that were meant", async (t) => {
	const { take, refuses, query, text } = await town(t);
	const osm = await text("town.osm", OSM);
	assert.match(await refuses(65, osm, "--as", "areas"), /for roads and water only/);
	const { as, layer, imported, skipped } = await take(osm, "--as", "water");
	assert.deepEqual({ as, layer, imported, skipped }, { as: "water", layer: "town", imported: 2, skipped: {} });
	assert.deepEqual(query("SELECT source_id AS id, name FROM water ORDER BY source_id"), [
		{ id: "relation/23", name: "" },
		{ id: "way/23", name: "桜池" },
	]);
	assert.equal((await take(osm, "--as", "water")).unchanged, 2);
});

test("every highway of Krems is read, and its streets hang together", { skip: !KREMS && "no recordings" }, async (t) => {
	const { take } = await town(t);
	const ways = gunzipSync(readFileSync(KREMS)).toString().match(/<way [^]*?<\/way>/g).filter((text) => /<tag k=['"]highway['"]/.test(text));
	const summary = await take(KREMS);
	assert.equal(summary.read, ways.length);
	assert.equal(summary.imported + Object.values(summary.skipped).reduce((a, b) => a + b, 0), summary.read);
	assert.ok(summary.largest_component_share > 0.98, `${summary.largest_component_share}`);
});

for (const [name, file, least_km, most_km, least_share] of [
	["Liechtenstein", LIECHTENSTEIN, 900, 1050, 0.94],
	["Andorra", ANDORRA, 500, 600, 0.94],
]) {
	test(`${name} as PBF is read whole and hangs together`, { skip: !file && "no recordings" }, async (t) => {
		const { take, query } = await town(t);
		const summary = await take(file);
		const km = summary.length_m / 1000;
		t.diagnostic(`${summary.imported} roads, ${km.toFixed(1)} km, ${summary.links} links, ${summary.components} pieces`);
		assert.ok(km > least_km && km < most_km, `${km} km`);
		assert.ok(summary.largest_component_share > least_share);
		const [{ n, tunnels, bridges, names }] = query("SELECT count(*) AS n, sum(tunnel) AS tunnels, sum(bridge) AS bridges, sum(name <> '') AS names FROM roads");
		assert.equal(n, summary.imported);
		assert.ok(tunnels >= 5 && bridges > 50 && names > n / 5, `${tunnels} ${bridges} ${names}`);
	});
}

test("a PBF cut off anywhere is refused", { skip: !ANDORRA && "no recordings" }, async (t) => {
	const { refuses, place } = await town(t);
	const bytes = readFileSync(ANDORRA);
	for (const share of [0.01, 0.3, 0.6, 0.999]) {
		const file = place.path("cut.osm.pbf");
		writeFileSync(file, bytes);
		truncateSync(file, Math.floor(bytes.length * share));
		assert.match(await refuses(65, file), /cut\.osm\.pbf/);
	}
});

test("a gzipped OpenStreetMap file cut off is refused", { skip: !KREMS && "no recordings" }, async (t) => {
	const { refuses, text } = await town(t);
	const bytes = readFileSync(KREMS);
	assert.match(await refuses(65, await text("cut.osm.gz", bytes.subarray(0, bytes.length / 2))), /damaged or cut off/);
});

test("Toyama's roads are its links as they came", { skip: !TOYAMA && "no recordings" }, async (t) => {
	const { take } = await town(t);
	const summary = await take(TOYAMA);
	assert.deepEqual([summary.imported, summary.links], [4907, 4907]);
	assert.ok(Math.abs(summary.length_m - 452_780) < 10, `${summary.length_m}`);
});

test("Syracuse's street centre lines hang together", { skip: !SYRACUSE && "no recordings" }, async (t) => {
	const { take } = await town(t);
	const summary = await take(SYRACUSE);
	assert.equal(summary.imported, 5650);
	assert.ok(summary.largest_component_share > 0.99);
});

test("a map that never ends holds nobody up, and leaves nothing when it is ended", async (t) => {
	const { place, db, take, query, convert, text } = await town(t);
	await take(await text("roads.geojson", SNOWTOWN));
	const endless = realpathSync(await convert(SNOWTOWN, "endless.gpkg", "-nln", "roads"));
	execFileSync("sqlite3", [endless, `ALTER TABLE roads RENAME TO few;
		CREATE VIEW roads AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT n.i AS fid, few.geom FROM n, few;`]);
	const reading = place.start("plow-import", [endless, "--db", db]);
	const files = `/proc/${reading.child.pid}/fd`;
	await until("it reads the map", () => readdirSync(files).some((fd) => {
		try {
			return readlinkSync(`${files}/${fd}`) === endless;
		} catch {
			return false; // closed meanwhile
		}
	}));
	await place.vehicle(db, "R-1");
	await take(await text("more.geojson", SNOWTOWN));
	assert.equal(reading.ended, null, "it still reads");
	reading.signal("SIGINT");
	assert.deepEqual(await reading.exited, { status: null, signal: "SIGINT" });
	assert.deepEqual(query("SELECT layer, count(*) AS roads FROM roads GROUP BY layer ORDER BY layer"),
		[{ layer: "more", roads: 2 }, { layer: "roads", roads: 2 }]);
});
