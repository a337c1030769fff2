// SPDX-License-Identifier: Apache-2.0
// Where the sample town has what: points in metres from its middle.  Everything here is invented.

/** The plain lies west; valleys open to the north, east and south-east.  Rivers run to the north-west. */
export const RIVERS = [
	{ name: "雪見川", points: [[9800, -6900], [6200, -4500], [3500, -2650], [1700, -1750], [-200, -1560], [-2050, -1330], [-3500, -100],
		[-4250, 2300], [-4850, 5000], [-5600, 9400]] },
	{ name: "桜川", points: [[8600, 6300], [5600, 4250], [3500, 2950], [2050, 2330], [300, 2620], [-1900, 3250], [-4480, 3400]] },
	{ name: "東沢川", points: [[9900, 1000], [6900, 780], [4600, -250], [3050, -1150], [1950, -1830]] },
];

export const NATIONAL = {
	name: "国道813号",
	points: [[-850, -9400], [-1050, -6200], [-1330, -3600], [-1560, -1900], [-1830, -300], [-1860, 900], [-1540, 2400],
		[-1080, 4300], [-860, 6900], [-1250, 9700]],
	/** Between these distances along it there are two carriageways. */
	dual_m: [8330, 11000],
};

/** A city road that passes beneath the national road without a junction. */
export const UNDERPASS = { name: "市道堤下線", points: [[-2150, 5420], [-1400, 5330], [-600, 5290], [250, 5080], [1010, 4820]] };

export const PREFECTURAL = [
	{ name: "主要地方道雪見沢停車場線", points: [[200, 2380], [120, 1300], [60, 30], [-80, -900], [-210, -1900], [-620, -2950],
		[-1290, -3900]], bend_m: 14 },
	{ name: "県道31号", points: [[200, 2380], [470, 3350], [1000, 4830], [2450, 5900], [4100, 7700], [5500, 9600]], bend_m: 100 },
	{ name: "県道112号", points: [[-1838, 150], [-900, 60], [60, 30], [1000, 130], [1900, 120], [3300, 420], [4700, 420],
		[6900, 1480], [9700, 1850]], bend_m: 70 },
	{ name: "県道28号", points: [[-180, -2050], [1350, -2350], [2600, -2950], [3900, -3750], [6200, -5650], [8900, -7700]], bend_m: 110 },
	{ name: "県道189号", points: [[-1850, 700], [-2700, 830], [-3800, 760], [-5400, 1000], [-7300, 350], [-9500, -500]],
		bend_m: 90, tunnel_m: [5450, 6080] },
	{ name: "県道305号", points: [[200, 2380], [1100, 2050], [2150, 2800], [3400, 3420], [5500, 4800], [8400, 7100]], bend_m: 100 },
];

/** City roads that tie the quarters together. */
export const COLLECTORS = [
	{ name: "市道北環状線", points: [[-1590, 2200], [-1050, 1280], [100, 1180], [1050, 1080], [1750, 900], [2330, 720], [2900, 330]] },
	{ name: "市道南環状線", points: [[-1760, -600], [-1050, -920], [-90, -980], [900, -920], [1500, -560], [1800, 120]] },
	{ name: "市道東大橋線", points: [[1020, -870], [960, -1620], [1020, -2240]] },
	{ name: "市道若葉台線", points: [[2330, 170], [2330, 720], [2330, 1180], [1950, 1720], [1450, 2140]] },
	{ name: "市道工業団地線", points: [[-2700, 830], [-2740, 1700], [-2500, 2520], [-1420, 2830]] },
	{ name: "市道西平線", points: [[-1370, -3350], [-2450, -3050], [-3350, -2500], [-4250, -1250], [-4700, -100], [-4750, 900]] },
	{ name: "市道北平線", points: [[-1190, 3850], [-2250, 4300], [-2650, 5500], [-2100, 6500], [-890, 6950]] },
	{ name: "市道東田線", points: [[1800, 120], [2150, -520], [3050, -480], [3900, 420]] },
	{ name: "市道沢北線", points: [[470, 3350], [1500, 3700], [2500, 4050], [3400, 3420]] },
	{ name: "市道桜堤線", points: [[-1650, -1700], [-1000, -1900], [-210, -1900]] },
];

/** Quarters with their streets; earlier ones keep their ground. */
export const QUARTERS = [
	{ name: "本町", at: [40, 60], half: [1180, 860], turn_deg: 7, spacing: [82, 168], missing: 0.1, bend_m: 28, kind: "town" },
	{ name: "若葉台", at: [2370, 1080], half: [440, 370], turn_deg: 24, spacing: [62, 92], missing: 0.05, bend_m: 8, kind: "homes" },
	{ name: "北町", at: [120, 1740], half: [860, 480], turn_deg: -9, spacing: [85, 175], missing: 0.14, bend_m: 26, kind: "homes" },
	{ name: "南町", at: [-380, -2300], half: [680, 430], turn_deg: -6, spacing: [85, 175], missing: 0.14, bend_m: 24, kind: "homes" },
	{ name: "工業団地", at: [-2800, 1700], half: [620, 520], turn_deg: 12, spacing: [165, 255], missing: 0.08, bend_m: 10, kind: "works" },
	{ name: "南田", at: [-2600, -2900], half: [1080, 980], turn_deg: 14, spacing: [380, 600], missing: 0.18, bend_m: 55, kind: "fields" },
	{ name: "北田", at: [-2150, 5250], half: [1020, 1150], turn_deg: -6, spacing: [400, 620], missing: 0.18, bend_m: 55, kind: "fields" },
	{ name: "東田", at: [2700, -330], half: [820, 640], turn_deg: 22, spacing: [300, 480], missing: 0.15, bend_m: 45, kind: "fields" },
];

/** City roads up the side valleys: from the road nearest to `at`, in a direction (degrees from east). */
export const VALLEYS = [
	{ at: [3400, 420], towards_deg: 55, length_m: 2500 },
	{ at: [4900, 460], towards_deg: -28, length_m: 2700 },
	{ at: [6900, 1480], towards_deg: 80, length_m: 2400 },
	{ at: [2600, -2950], towards_deg: -100, length_m: 3200 },
	{ at: [5200, -4800], towards_deg: -95, length_m: 2800 },
	{ at: [2450, 5900], towards_deg: 150, length_m: 2500 },
	{ at: [3400, 6900], towards_deg: -8, length_m: 2500 },
	{ at: [3400, 3420], towards_deg: 85, length_m: 2300 },
	{ at: [5800, 5050], towards_deg: 105, length_m: 2300 },
	{ at: [-5400, 1000], towards_deg: 80, length_m: 3400 },
	{ at: [-6600, 620], towards_deg: -95, length_m: 3000 },
	{ at: [-1050, 8400], towards_deg: 170, length_m: 2200 },
	{ at: [-1050, -6200], towards_deg: -165, length_m: 3200 },
	{ at: [-940, -7600], towards_deg: 5, length_m: 2800 },
];

/** Work areas: the ground nearest to each point belongs to it. */
export const AREAS = [
	{ name: "中央第一工区", at: [-650, 250] },
	{ name: "中央第二工区", at: [750, 300] },
	{ name: "北町工区", at: [150, 1950] },
	{ name: "南町工区", at: [-500, -2400] },
	{ name: "若葉台工区", at: [2500, 1000] },
	{ name: "工業団地工区", at: [-2900, 1600] },
	{ name: "南部平野工区", at: [-2600, -3600] },
	{ name: "南沢工区", at: [-700, -7200] },
	{ name: "東沢工区", at: [5900, 700] },
	{ name: "南東沢工区", at: [4700, -4400] },
	{ name: "北東沢工区", at: [5200, 4600] },
	{ name: "北沢工区", at: [3000, 7200] },
	{ name: "北部平野工区", at: [-1900, 6200] },
	{ name: "西部工区", at: [-5900, 500] },
];

export const DEPOTS = [
	{ name: "雪見沢市除雪センター", at: [-1250, -700] },
	{ name: "北部除雪ステーション", at: [1080, 4650] },
	{ name: "東部除雪ステーション", at: [4300, 330] },
];

export const EXTENT = [-10200, -9900, 10200, 10100];
export const ORIGIN = { lon_deg: 140.4, lat_deg: 38.6 };
