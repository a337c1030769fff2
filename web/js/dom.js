// SPDX-License-Identifier: Apache-2.0
/*
 * Making elements.  Text becomes text nodes only, so nothing that came from outside is ever markup.
 */

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes */

/** @param {Element} element @param {Attributes} attributes */
function setAttributes(element, attributes) {
	for (const [name, value] of Object.entries(attributes)) {
		if (typeof value === "function") {
			element.addEventListener(name.replace(/^on/, ""), value);
		} else if (value === null || value === undefined || value === false) {
			element.removeAttribute(name);
		} else {
			element.setAttribute(name, value === true ? "" : String(value));
		}
	}
}

/** @param {Child[]} children */
const nodes = (children) =>
	/** @type {(Node | string)[]} */ (
		children.filter((child) => child !== null && child !== undefined && child !== false)
	).map((child) => (typeof child === "number" ? String(child) : child));

/**
 * An HTML element: el("button", { class: "tab", onclick: open }, "車両").
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...children) {
	const element = document.createElement(tag);
	setAttributes(element, attributes);
	element.append(...nodes(children));
	return element;
}

/**
 * An SVG element.
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 */
export function svg(tag, attributes = {}, ...children) {
	const element = document.createElementNS(SVG, tag);
	setAttributes(element, attributes);
	element.append(...nodes(children));
	return element;
}

/** @param {Element} parent @param {...Child} children */
export function fill(parent, ...children) {
	parent.replaceChildren(...nodes(children));
}

/** Sets an element's text only when it differs, so that nothing is read out or painted twice. @param {Node} node @param {string} text */
export function setText(node, text) {
	if (node.textContent !== text) {
		node.textContent = text;
	}
}

/**
 * The element of an id that the page is known to have.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function byId(id) {
	const found = document.getElementById(id);
	if (!found) {
		throw new Error(`the page has no #${id}`);
	}
	return /** @type {T} */ (found);
}

/**
 * Keeps a list's elements in step with items: each item keeps its element, so that focus and scroll
 * stay where they are.
 * @template T
 * @param {Element} parent
 * @param {T[]} items
 * @param {{key: (item: T) => string, make: (item: T) => HTMLElement, show: (element: HTMLElement, item: T) => void}} how
 */
export function keep(parent, items, { key, make, show }) {
	const old = new Map([...parent.children].map((child) => [/** @type {HTMLElement} */ (child).dataset.key, child]));
	let place = parent.firstElementChild;
	for (const item of items) {
		const name = key(item);
		let element = /** @type {HTMLElement | undefined} */ (old.get(name));
		if (!element) {
			element = make(item);
			element.dataset.key = name;
		}
		old.delete(name);
		show(element, item);
		if (element === place) {
			place = place.nextElementSibling;
		} else {
			parent.insertBefore(element, place);
		}
	}
	for (const element of old.values()) {
		element.remove();
	}
}

/**
 * Makes an element like another without replacing what is the same, so that a click that has begun
 * ends where it began, and focus and selection stay.  Listeners of kept elements are the old ones.
 * @param {Element} element
 * @param {Element} next
 */
export function patch(element, next) {
	if (element.isEqualNode(next)) {
		return;
	}
	const [before, after] = [[...element.childNodes], [...next.childNodes]];
	const alike =
		element.tagName === next.tagName &&
		before.length === after.length &&
		before.every((node, i) => node.nodeType === after[i].nodeType);
	if (!alike) {
		element.replaceWith(next);
		return;
	}
	for (const { name, value } of next.attributes) {
		element.setAttribute(name, value);
	}
	for (const { name } of [...element.attributes]) {
		if (!next.hasAttribute(name)) {
			element.removeAttribute(name);
		}
	}
	before.forEach((node, i) => {
		if (node instanceof Element) {
			patch(node, /** @type {Element} */ (after[i]));
		} else {
			setText(node, after[i].textContent ?? "");
		}
	});
}
