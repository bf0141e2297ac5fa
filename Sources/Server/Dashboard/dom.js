// Elements are made here and nowhere else. Text reaches the document as text nodes only: what a trace says is never
// parsed as markup, and no attribute that could run something is set from data.

const SVG = 'http://www.w3.org/2000/svg';
const SAFE_SCHEMES = new Set(['http:', 'https:', 'mailto:']);

/**
 * @typedef {Node | string | number | null | undefined | false | any[]} Child an array holds children
 * @typedef {Record<string, any>} Properties `class`, `on` (event → listener), `vars` (custom property → value),
 *   `data` (dataset), any other name is an attribute; `true` sets it empty, null and false leave it out.
 */

/** @param {Element} node @param {Properties} properties */
function apply(node, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'class') node.setAttribute('class', value);
    else if (name === 'on') { for (const [event, run] of Object.entries(value)) node.addEventListener(event, run); }
    else if (name === 'vars') setVariables(node, value);
    else if (name === 'data') Object.assign(/** @type {HTMLElement} */ (node).dataset, value);
    else if (name === 'style' || name === 'srcdoc' || name.startsWith('on')) throw new TypeError(`refused: ${name}`);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
}

/** @param {Node} node @param {Child[]} children */
export function append(node, ...children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(node, ...child);
    else node.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

/**
 * @param {string} tag @param {Properties} [properties] @param {Child[]} children
 * @returns {any} the element
 */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  apply(node, properties);
  append(node, ...children);
  return node;
}

/** @param {string} tag @param {Properties} [properties] @param {Child[]} children */
export function svg(tag, properties = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  apply(node, properties);
  append(node, ...children);
  return node;
}

/** @param {Element} node @param {Record<string, string | number>} variables */
export function setVariables(node, variables) {
  for (const [name, value] of Object.entries(variables)) {
    /** @type {HTMLElement} */ (node).style.setProperty(name, String(value));
  }
}

/** @param {Element} node @param {Child[]} children */
export function replace(node, ...children) {
  node.textContent = '';
  append(node, ...children);
  return node;
}

/**
 * The address if its scheme can't run anything, else null.
 * @param {string} address
 */
export function safeAddress(address) {
  try {
    const url = new URL(address);
    return SAFE_SCHEMES.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link out of the page. @param {string} address @param {Child[]} children */
export function outside(address, ...children) {
  const href = safeAddress(address);
  if (!href) return el('span', {}, ...children);
  return el('a', { href, rel: 'noopener noreferrer', target: '_blank', class: 'outside' }, ...children);
}

/** Resolves when what was just put into the document is on the screen. @returns {Promise<void>} */
export function painted() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
  });
}

/** Notes that moment in the browser's timeline. @param {string} name */
export function markPainted(name) {
  painted().then(() => performance.mark(name));
}

let serial = 0;

/** An ID no other element has. @param {string} stem */
export function uniqueID(stem) {
  serial += 1;
  return `${stem}-${serial}`;
}

/**
 * Runs `run` once, `wait` ms after the last call.
 * @template {any[]} A @param {(...args: A) => void} run @param {number} wait
 */
export function debounce(run, wait) {
  let timer = 0;
  /** @param {A} args */
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(run, wait, ...args);
  };
}
