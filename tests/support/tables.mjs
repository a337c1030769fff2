// SPDX-License-Identifier: Apache-2.0
/* Tables: CSV texts, and questions to a database by the sqlite3 program. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The rows of a CSV text with a header, as objects; fields may be quoted. */
export function readCsv(text) {
	const [header, ...rows] = text.split(/\r?\n/).filter((line) => line !== "").map(readLine);
	return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
}

function readLine(line) {
	const fields = [];
	for (const match of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
		fields.push(match[1] !== undefined ? match[1].replaceAll('""', '"') : match[2]);
	}
	return fields;
}

/** What a query prints, without the last line's end.  Reading never disturbs a running plowd. */
export async function sql(db, query) {
	const { stdout } = await run("sqlite3", ["-readonly", "-cmd", ".timeout 10000", db, query],
		{ maxBuffer: 256 * 1024 * 1024 });
	return stdout.trimEnd();
}
