// SPDX-License-Identifier: Apache-2.0
// The shapes of docs/API.md, under the same names.

export type LinkStatus = "not_ours" | "none" | "working" | "partly" | "done" | "snowed" | "unknown";
export type VehicleState = "work" | "transfer" | "waiting" | "silent" | "off";
export type Admin = "town" | "nation" | "prefecture" | "private" | "expressway";
export type WorkSource = "sensor" | "button" | "unit" | "inferred" | "assumed" | "none";
export type Bounds = [west: number, south: number, east: number, north: number];
export type LonLat = [lon: number, lat: number];

export interface Town {
	name: string;
	timezone: string;
	day_start?: string;
	bounds: Bounds | null;
	network?: string;
	attribution?: string;
	udp_port?: number;
	/** Seconds; null: nothing is made public. */
	public_delay_s?: number | null;
}

export interface Registered {
	code: string;
	name: string;
	class: string;
	contractor: string;
	blade_width_m: number | null;
	created: string;
	retired: string | null;
	key_made: string | null;
	rotating: boolean;
	token: boolean;
	has_fixes: boolean;
	version: number;
}

/** When a road of a class counts as done (docs/COVERAGE.md). */
export interface RoadClass {
	/** "": the rule of all classes without one of their own */
	code: string;
	name: string;
	priority: number;
	required_share: number;
	required_passes: number;
	both_directions: boolean;
	required_width_m: number;
	gap_m: number;
	trim_m: number;
	trigger_cm: number;
	/** "07:30", town time */
	finish_by: string;
	roads: number;
	length_m: number;
	/** null: it follows the rule of "" */
	version: number | null;
}

export interface Contractor {
	id: number;
	name: string;
	phone: string;
	vehicles: number;
	version: number;
}

export interface PlowingRoute {
	id: number;
	name: string;
	area: string;
	class: string;
	vehicle: string;
	length_m: number;
	stretches: { road: number; road_name: string | null; from_m: number; to_m: number }[];
	links: number[];
	version: number;
}

export interface Closure {
	id: number;
	text: { ja: string; "ja-easy": string; en: string };
	from: string;
	end: string;
	geometry: import("geojson").Geometry;
	links: number[];
	made_by: string;
	made: string;
	changed_by: string | null;
	changed: string | null;
	withdrawn_by: string | null;
	withdrawn: string | null;
	version: number;
}

export interface Vehicle {
	code: string;
	name: string;
	class: string;
	contractor: string;
	lon: number | null;
	lat: number | null;
	speed_mps: number | null;
	course_deg: number | null;
	time: string | null;
	received: string | null;
	trust: number | string;
	work: string;
	work_source: WorkSource;
	at_work: boolean;
	state: VehicleState;
	road: string | null;
	link: number | null;
}

export interface Links {
	id: number[];
	status: LinkStatus[];
	share: number[];
	passes?: number[];
	forward?: number[];
	last: (number | null)[];
}

export interface Bar {
	name: string;
	length_m: number;
	done_m: number;
	partly_m: number;
	remaining_m: number;
	percent: number;
	todo_m?: number;
	snowed_m?: number;
	unknown_m?: number;
	finish?: string | null;
	/** By when it is to be done: the operation's target, a class's own hour where that is earlier. */
	target?: string | null;
	finish_why?: "done" | "too_soon" | "stopped" | "unsteady" | "too_far" | null;
}

export interface Progress {
	total: Bar;
	classes: Bar[];
	areas: Bar[];
}

export interface Operation {
	id: number;
	name: string;
	reason: string;
	areas: string[];
	start: string;
	target: string | null;
	end: string | null;
	opened_by?: string;
	closed_by?: string | null;
}

export interface Trouble {
	/** null: fixes are being stored */
	store: { cause: "full" | "read_only" | "damaged" | "stuck" | "failing"; since: string } | null;
	/** Vehicles under whose key two units report. */
	clones: { vehicle: string; since: string }[];
}

export interface Alarm {
	id: number;
	vehicle: string;
	since: string;
	raised: string;
	ended: string | null;
	acknowledged_by: string | null;
	acknowledged: string | null;
}

export interface Snapshot {
	event: number;
	now: string;
	network: string;
	operation: Operation | null;
	window: { from: string; to: string | null };
	vehicles: Vehicle[];
	links: Links;
	progress: Progress;
	closures: Closure[];
}

export interface Road {
	id: number;
	layer: string;
	source_id: string;
	name: string;
	class: string;
	admin: Admin;
	length_m: number;
	bounds?: Bounds;
	links: number[];
}

/** Columns of equal length, but for areas. */
export interface RoadTable {
	network: string;
	areas: string[];
	id: number[];
	source_id: string[];
	name: string[];
	class: string[];
	admin: Admin[];
	area: number[];
	length_m: number[];
	links: number[][];
	link_m: number[][];
}

export interface Pass {
	/** null: another contractor's */
	vehicle: string | null;
	direction: "forward" | "backward";
	from_m: number;
	to_m: number;
	start: string;
	end: string;
	at_work: boolean;
	work: string;
	work_source: WorkSource;
	inferred: boolean;
	confidence: number;
	fixes?: number;
	first_fix?: string | null;
	last_fix?: string | null;
	corrected?: boolean;
}

export interface Link {
	id: number;
	road: Road;
	center?: LonLat;
	course_deg?: number;
	from_m: number;
	to_m: number;
	length_m: number;
	status: LinkStatus;
	share_forward: number;
	share_backward: number;
	last: string | number | null;
	area?: string;
	finish_by?: string | null;
	snow_since_cm?: number | null;
	passes: Pass[];
}

/** How often a link was cleared in one direction. */
export interface Count {
	link: number;
	direction: "forward" | "backward";
	passes: number;
	first: string;
	last: string;
	vehicles: string[];
}

export interface Remaining {
	count: number;
	todo_m: number;
	links: {
		id: number;
		name: string;
		class: string;
		priority: number;
		area: string;
		status: LinkStatus;
		length_m: number;
		todo_m: number;
	}[];
}

export interface Changed {
	road: number;
	direction: "forward" | "backward";
	from_m: number;
	to_m: number;
	passes: number;
}

export interface Revision {
	id: number;
	time: string;
	vehicle: string;
	from: string;
	to: string;
	came: Changed[];
	went: Changed[];
}

export interface Snow {
	id: number;
	station: string;
	time: string;
	depth_cm: number;
}

export interface Correction {
	id: number;
	road: number;
	road_name: string | null;
	links: number[];
	from_m: number;
	to_m: number;
	from: string;
	to: string;
	reason: string;
	name: string;
	made: string;
	withdrawn_by: string | null;
	withdrawn: string | null;
}

// The record of past nights.
export type RecordState = "work" | "transfer" | "waiting" | "gap" | "off";

export interface Night {
	day: string;
	from: string;
	to: string;
	vehicles: number;
	driven_m: number;
	worked_m: number;
}

export interface Segment {
	from: string;
	to: string;
	state: RecordState;
	work: string;
	work_source: WorkSource;
	road: string;
	metres: number;
}

export interface Driven {
	start: string;
	end: string;
	at_m: number;
	road: number;
	name: string;
	direction: "forward" | "backward";
	from_m: number;
	to_m: number;
	at_work: boolean;
	work: string;
	inferred: boolean;
}

export interface VehicleNight {
	vehicle: string;
	name: string;
	class: string;
	contractor: string;
	day: string;
	from: string;
	to: string;
	totals: {
		work_s: number;
		transfer_s: number;
		waiting_s: number;
		gap_s: number;
		off_s: number;
		driven_m: number;
		worked_m: number;
		fixes: number;
		matched: number;
		off_road: number;
		jumped: number;
	};
	cut: boolean;
	segments: Segment[];
	drive: Driven[];
}

export interface DrivenAlong {
	vehicle: string;
	start: string;
	end: string;
	from_m: number;
	to_m: number;
	at_work: boolean;
	work: string;
	inferred: boolean;
}

export interface RoadNight {
	road: number;
	name: string;
	from: string;
	to: string;
	length_m: number;
	pieces: number;
	cut: boolean;
	drive: DrivenAlong[];
}

export interface Player {
	code: string;
	name: string;
	class: string;
	contractor: string;
	t: number[];
	lon: number[];
	lat: number[];
	runs: [index: number, state: RecordState, work: string][];
}

export interface ReplayPage {
	from: string;
	to: string;
	next: string | null;
	fixes: number;
	tick_ms: number;
	step_deg: number;
	join_ms: number;
	gap_ms: number;
	off_ms: number;
	vehicles: Player[];
}

export interface ReplayRoads {
	from: string;
	to: string;
	time_s: number[];
	link: number[];
	status: LinkStatus[];
}

/** What is known of one link on the live map. */
export interface LinkState {
	status: LinkStatus;
	share: number;
	passes: number;
	forward: number;
	last: number | null;
}

// What plow-tracker says of itself.
export interface CabStatus {
	vehicle: string;
	now: string;
	fix: {
		time: string;
		lon: number;
		lat: number;
		speed_mps: number | null;
		course_deg: number | null;
		hdop: number | null;
		satellites: number | null;
	} | null;
	fix_age_s: number | null;
	receiver: "ok" | "no_fix" | "silent" | "absent" | "ended";
	unsent: number;
	acked: number;
	dropped: number;
	server_reachable: boolean;
	spool?: string;
	work_state: string;
	work_source: WorkSource;
	/** Whether the public files are kept here, and the vehicle's own area if it was said. */
	map: boolean;
	area?: string;
	/** Inputs that are there; null: cannot be read. */
	blade?: boolean | null;
	spreader?: boolean | null;
	shift: { open: boolean; from: string | null; unconfirmed: number; tracks_shifts_only: boolean };
}

/** What the driver did between 出動 and 終了. */
export interface CabShift {
	id: number;
	open: boolean;
	from: string | null;
	to: string | null;
	/** Seconds by code of work. */
	states: Record<string, number>;
	gap_s: number;
	distance_m: number;
	work_m: number;
	fixes: number;
	/** Roads worked on; null without map data. */
	roads: { name: string; work_m: number }[] | null;
	confirmed: string | null;
}

export type Role = "admin" | "dispatcher" | "contractor" | "auditor";

/** Who is signed in. */
export interface Session {
	name: string;
	role: Role;
	contractor: string | null;
}

export interface User {
	id: number;
	name: string;
	role: Role;
	contractor: string | null;
	created: string;
	sessions: { id: number; began: string; seen: string }[];
}

// The public files.
export interface Manifest {
	version: 1;
	made: string;
	town: Town;
	window: { from: string };
	operation: { name: string; start: string; target: string | null } | null;
	classes: { code: string; name: string; finish_by: string }[];
	network: { file: string };
	state: { file: string };
	districts: { area: string; roads: number; file: string }[];
	table: { file: string };
	plows: { file: string };
	passes: { file: string };
	closures: { file: string };
	progress: Progress;
}

/** A closure as residents are told of it. */
export interface PublicClosure {
	id: number;
	text: { ja: string; "ja-easy": string; en: string };
	from: string;
	end: string;
	geometry: import("geojson").Geometry;
}

export interface PublicNetwork {
	zoom: number;
	tiles: Record<string, string>;
	roads: string;
	water: string;
}

export interface PublicLink {
	id: number;
	name: string;
	class: string;
	admin: Admin;
	coords: LonLat[];
}

/** Where a plow is at work: longitude, latitude, course. */
export type PublicPlow = [lon: number, lat: number, course_deg: number];

export interface PublicRoad {
	name: string;
	class: string;
	admin: Admin;
	area: string;
	length_m: number;
	center: LonLat;
	links: number[];
}

/** A road with what is known of it. */
export interface PublicRow extends PublicRoad {
	status: LinkStatus;
	done: number;
	last: number | null;
}

export interface PublicPasses {
	days: { day: string; areas: Record<string, string> }[];
}
