// SPDX-License-Identifier: Apache-2.0
// Invented names that sound like a snow town of the Tohoku region.

const HEADS = [..."上中下大小東西南北古荒鶴寺細二三朝丹牛岩関芦母玉延正市福矢高六萱栗鳥湯赤銀"];
const TAILS = [..."沢野原田坂平森袋内巻倉川畑岡橋島谷木山台"];

/** Names of hamlets and quarters, each only once. */
export function placeNames(random) {
	const used = new Set();
	return () => {
		for (;;) {
			const name = random.pick(HEADS) + random.pick(TAILS);
			if (used.has(name)) continue;
			used.add(name);
			return name;
		}
	};
}

export const STREETS = [
	"駅前通り", "中央通り", "本町通り", "桜通り", "学校通り", "銀杏通り", "病院通り", "寺町通り",
	"市役所通り", "大正通り", "花笠通り", "鍛冶町通り", "公園通り", "あけぼの通り", "北大通り", "雪見通り",
];
