// SPDX-License-Identifier: Apache-2.0
/*
 * The only module that fetches.  Everything is asked of the host the page came from.
 */

const BASE = "/api/v1";

/** An answer that was not what was asked for: the server's own sentence, and its status (0: none came). */
export class ApiError extends Error {
	/**
	 * @param {string} message
	 * @param {number} status
	 * @param {number} [nightsPending] a summary would have been quicker, had they been counted
	 */
	constructor(message, status, nightsPending = 0) {
		super(message);
		this.name = "ApiError";
		this.status = status;
		this.nightsPending = nightsPending;
	}
}

/** @param {Response} response */
async function refusal(response) {
	const { error = `${response.status} ${response.statusText}`.trim(), nights_pending } = await response.json().catch(() => ({}));
	return new ApiError(String(error), response.status, nights_pending);
}

/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<any>}
 */
const ask = async (path, options) => (await request(path, options)).json();

/**
 * @param {string} path
 * @param {RequestInit} [options]
 */
async function request(path, options) {
	let response;
	try {
		response = await fetch(path, options);
	} catch (error) {
		throw new ApiError(error instanceof Error ? error.message : String(error), 0);
	}
	if (!response.ok) {
		throw await refusal(response);
	}
	return response;
}

/** @param {string} path @param {object} body */
function post(path, body) {
	return ask(path, {
		method: "POST",
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify(body),
	});
}

/** Who is signed in. @returns {Promise<import("../types.js").Session>} */
export const getSession = () => ask(`${BASE}/session`);

/** @param {string} name @param {string} password @returns {Promise<import("../types.js").Session>} */
export const signIn = (name, password) => post(`${BASE}/session`, { name, password });

/** One's own. @param {string} password @param {string} newPassword @returns {Promise<import("../types.js").Session>} */
export const changePassword = (password, newPassword) => post(`${BASE}/session/password`, { password, new_password: newPassword });

export const signOut = () => post(`${BASE}/session/end`, {});

/** @param {string} token @param {string} name @param {string} password @returns {Promise<import("../types.js").Session>} */
export const setUp = (token, name, password) => post(`${BASE}/setup`, { token, name, password });

/** @returns {Promise<import("../types.js").User[]>} */
export const getUsers = () => ask(`${BASE}/users`);

/** @param {{name: string, role: string, contractor: string | null, password: string}} user @returns {Promise<import("../types.js").User>} */
export const addUser = (user) => post(`${BASE}/users`, user);

/** @param {number} id */
export const removeUser = (id) => post(`${BASE}/users/${id}/remove`, {});

/** Ends all sessions of a user. @param {number} id */
export const signOutUser = (id) => post(`${BASE}/users/${id}/sign-out`, {});

/** @param {number} id @param {string} password */
export const setPassword = (id, password) => post(`${BASE}/users/${id}/password`, { password });

/** @returns {Promise<import("../types.js").Vehicle[]>} */
export const getVehicles = () => ask(`${BASE}/vehicles`);

/** @returns {Promise<import("../types.js").Town>} */
export const getTown = () => ask(`${BASE}/town`);

/** @returns {Promise<import("../types.js").Snapshot>} */
export const getSnapshot = () => ask(`${BASE}/snapshot`);

/** @param {number} id @returns {Promise<import("../types.js").Link>} */
export const getLink = (id) => ask(`${BASE}/links/${id}`);

/** @param {import("../types.js").Bounds} box @returns {Promise<number[]>} */
export const getLinksIn = async (box) => (await ask(`${BASE}/links?bbox=${box.map((degrees) => degrees.toFixed(6)).join(",")}`)).links;

/** @param {import("../types.js").Bounds} box @param {number} from @param {number} to @returns {Promise<import("../types.js").Count[]>} */
export const getSummary = (box, from, to) =>
	ask(
		`${BASE}/summary?bbox=${box.map((degrees) => degrees.toFixed(6)).join(",")}` +
			`&from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`,
	);

/** @returns {Promise<import("../types.js").Correction[]>} */
export const getCorrections = () => ask(`${BASE}/corrections`);

/** @param {{link: number, from: string, to: string, reason: string}} order @returns {Promise<import("../types.js").Correction>} */
export const addCorrection = (order) => post(`${BASE}/corrections`, order);

/** @param {number} id @returns {Promise<import("../types.js").Correction>} */
export const withdrawCorrection = (id) => post(`${BASE}/corrections/${id}/withdraw`, {});

/** @param {string} text @returns {Promise<import("../types.js").Road[]>} */
export const findRoads = (text) => ask(`${BASE}/roads?q=${encodeURIComponent(text)}`);

/** @returns {Promise<import("../types.js").RoadTable>} */
export const getRoadTable = () => ask(`${BASE}/roads/table`);

/** Rivers and lakes. @returns {Promise<import("geojson").FeatureCollection>} */
export const getWater = () => ask(`${BASE}/water`);

/** @returns {Promise<import("geojson").FeatureCollection>} */
export const getAreas = () => ask(`${BASE}/areas`);

/** @returns {Promise<import("geojson").FeatureCollection>} */
export const getDepots = () => ask(`${BASE}/depots`);

/** @returns {Promise<import("../types.js").Operation[]>} */
export const getOperations = () => ask(`${BASE}/operations`);

/**
 * @param {{name: string, reason: string, areas: string[], target?: string}} operation
 * @returns {Promise<import("../types.js").Operation>}
 */
export const openOperation = (operation) => post(`${BASE}/operations`, operation);

/** @param {number} id @returns {Promise<import("../types.js").Operation>} */
export const closeOperation = (id) => post(`${BASE}/operations/${id}/close`, {});

/** @param {number} limit @returns {Promise<import("../types.js").Remaining>} */
export const getRemaining = (limit) => ask(`${BASE}/remaining?limit=${limit}`);

/** @returns {Promise<import("../types.js").Alarm[]>} */
export const getAlarms = () => ask(`${BASE}/alarms`);

/** @param {number} id @returns {Promise<import("../types.js").Alarm>} */
export const acknowledgeAlarm = (id) => post(`${BASE}/alarms/${id}/acknowledge`, {});

/** @returns {Promise<import("../types.js").Trouble>} */
export const getTrouble = () => ask(`${BASE}/trouble`);

/** @returns {Promise<import("../types.js").Registered[]>} */
export const getFleet = () => ask(`${BASE}/fleet`);

/** @returns {Promise<import("../types.js").Contractor[]>} */
export const getContractors = () => ask(`${BASE}/contractors`);

/** @returns {Promise<import("../types.js").PlowingRoute[]>} */
export const getRoutes = () => ask(`${BASE}/routes`);

/** @returns {Promise<import("../types.js").Closure[]>} */
export const getClosures = () => ask(`${BASE}/closures`);

/** @returns {Promise<import("../types.js").RoadClass[]>} */
export const getClasses = () => ask(`${BASE}/classes`);

/** Adds, changes or removes one of the masters: "areas", "areas/3/change" and their like. @param {string} path @param {object} body */
export const sendMaster = (path, body) => post(`${BASE}/${path}`, body);

/** @param {number} after the number of the last event the page has seen */
export const eventsUrl = (after) => `${BASE}/events?after=${after}`;

/** The newest nights, or those before a day. @param {number} limit @param {string} [before] @returns {Promise<import("../types.js").Night[]>} */
export const getNights = (limit, before) => ask(`${BASE}/nights?limit=${limit}${before ? `&before=${before}` : ""}`);

/** @param {string} code @param {string} day @returns {Promise<import("../types.js").VehicleNight>} */
export const getVehicleNight = (code, day) => ask(`${BASE}/vehicles/${encodeURIComponent(code)}/night?day=${day}`);

/** The same as a file. @param {string} code @param {string} day */
export const vehicleNightFile = (code, day) => `${BASE}/vehicles/${encodeURIComponent(code)}/night?day=${day}&format=csv`;

/** @param {number} road @param {string} day @returns {Promise<import("../types.js").RoadNight>} */
export const getRoadNight = (road, day) => ask(`${BASE}/roads/${road}/night?day=${day}`);

/** A page of a replay. @param {string} from @param {string} to @param {string} [code] of one vehicle alone @returns {Promise<import("../types.js").ReplayPage>} */
export const getReplay = (from, to, code) =>
	ask(`${BASE}/replay?from=${from}&to=${to}${code ? `&vehicle=${encodeURIComponent(code)}` : ""}`);

/** @param {string} from @param {string} to @returns {Promise<import("../types.js").ReplayRoads>} */
export const getReplayRoads = (from, to) => ask(`${BASE}/replay/roads?from=${from}&to=${to}`);

export const TILES_URL = "/tiles/roads/{z}/{x}/{y}.mvt";

/** @returns {Promise<import("../types.js").CabStatus>} */
export const getCabStatus = () => ask(`${BASE}/status`);

/** @param {string} work @returns {Promise<import("../types.js").CabStatus>} */
export const postWorkState = (work) => post(`${BASE}/work-state`, { work });

/** @param {{action: "start" | "end" | "confirm", work?: string, id?: number}} deed @returns {Promise<import("../types.js").CabStatus>} */
export const postShift = (deed) => post(`${BASE}/shift`, deed);

/** @returns {Promise<{shifts: import("../types.js").CabShift[]}>} */
export const getShifts = () => ask(`${BASE}/shifts`);

/**
 * The manifest, and what the server's clock says.  Where there is no connection the service worker gives the
 * one it kept: then the clock is the phone's own.
 * @returns {Promise<{manifest: import("../types.js").Manifest, now: number, kept: boolean}>}
 */
export async function getManifest() {
	const response = await request("/data/manifest.json", { cache: "no-cache" });
	const kept = response.headers.has("X-Kept");
	const now = kept ? NaN : Date.parse(response.headers.get("Date") ?? "");
	return { manifest: await response.json(), now: Number.isFinite(now) ? now : Date.now(), kept };
}

/** A public file; its name has the hash of what is in it. @param {string} name */
export const getPublic = (name) => ask(`/data/${encodeURIComponent(name)}`);

/** @param {string} language @returns {Promise<Record<string, string>>} */
export async function getLocale(language) {
	const words = ask(`/locales/${language}.json`);
	return language === "ja-easy" ? { ...(await ask("/locales/ja.json")), ...(await words) } : words;
}
