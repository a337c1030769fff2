// SPDX-License-Identifier: Apache-2.0
/*
 * Holds a value against a JSON schema of the API's description.  It knows the words the description
 * uses and refuses others, so that nothing in there is silently not looked at.
 */

const KNOWN = new Set([
	"$ref", "type", "const", "enum", "anyOf", "properties", "required", "additionalProperties", "items",
	"minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum", "format", "description", "default",
]);

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

function typeOf(value) {
	if (value === null) return "null";
	if (Array.isArray(value)) return "array";
	if (Number.isInteger(value)) return "integer";
	return typeof value;
}

function fitsType(value, type) {
	const types = Array.isArray(type) ? type : [type];
	const own = typeOf(value);
	return types.includes(own) || (own === "integer" && types.includes("number"));
}

function* faultsOfText(schema, value, at) {
	if (schema.minLength !== undefined && value.length < schema.minLength) yield `${at} is too short`;
	if (schema.maxLength !== undefined && value.length > schema.maxLength) yield `${at} is too long`;
	if (schema.format === "date-time" && !TIME.test(value)) yield `${at} is no time: ${value}`;
}

function* faultsOfNumber(schema, value, at) {
	if (schema.minimum !== undefined && value < schema.minimum) yield `${at} is below ${schema.minimum}: ${value}`;
	if (schema.maximum !== undefined && value > schema.maximum) yield `${at} is above ${schema.maximum}: ${value}`;
}

function* faultsOfArray(document, schema, value, at) {
	if (schema.minItems !== undefined && value.length < schema.minItems) yield `${at} has too few items`;
	if (schema.maxItems !== undefined && value.length > schema.maxItems) yield `${at} has too many items`;
	for (let i = 0; schema.items && i < value.length; i++) {
		yield* faults(document, schema.items, value[i], `${at}[${i}]`);
	}
}

function* faultsOfObject(document, schema, value, at) {
	const properties = schema.properties ?? {};
	for (const name of schema.required ?? []) {
		if (!(name in value)) yield `${at}.${name} is missing`;
	}
	for (const [name, inner] of Object.entries(value)) {
		if (properties[name]) {
			yield* faults(document, properties[name], inner, `${at}.${name}`);
		} else if (schema.additionalProperties === false) {
			yield `${at}.${name} is not described`;
		} else if (schema.additionalProperties) {
			yield* faults(document, schema.additionalProperties, inner, `${at}.${name}`);
		}
	}
}

/**
 * @param {any} document the whole description, for references
 * @param {any} schema
 * @param {unknown} value
 * @param {string} [at] where in the answer
 * @returns {Generator<string>} what does not fit, a sentence each
 */
export function* faults(document, schema, value, at = "answer") {
	for (const word of Object.keys(schema)) {
		if (!KNOWN.has(word)) throw new Error(`${at}: the schema says "${word}", which this check does not know`);
	}
	if (schema.$ref) {
		const target = schema.$ref.slice(2).split("/").reduce((node, name) => node[name], document);
		yield* faults(document, target, value, at);
		return;
	}
	if (schema.anyOf) {
		const tried = schema.anyOf.map((one) => [...faults(document, one, value, at)]);
		if (!tried.some((list) => list.length === 0)) yield* tried[0];
		return;
	}
	if (schema.type && !fitsType(value, schema.type)) {
		yield `${at} is ${typeOf(value)}, not ${schema.type}`;
		return;
	}
	if ("const" in schema && value !== schema.const) yield `${at} is not ${schema.const}`;
	if (schema.enum && !schema.enum.includes(value)) yield `${at} is none of ${schema.enum}: ${value}`;
	if (typeof value === "string") yield* faultsOfText(schema, value, at);
	if (typeof value === "number") yield* faultsOfNumber(schema, value, at);
	if (Array.isArray(value)) yield* faultsOfArray(document, schema, value, at);
	else if (value && typeof value === "object") yield* faultsOfObject(document, schema, value, at);
}
