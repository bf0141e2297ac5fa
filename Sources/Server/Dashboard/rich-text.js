// Text of a message as a person reads it: Markdown as document nodes, JSON as JSON, and very long text in pieces.
import { append, el, outside, replace, safeAddress } from './dom.js';
import * as format from './format.js';
import { parseMarkdown } from './markdown.js';
import { copyButton } from './notices.js';

/** Longer texts are cut until the reader asks for all of them. */
const FOLD_CHARACTERS = 4000;
/** Longer texts are shown plain: nobody reads that much as a document. */
const PLAIN_CHARACTERS = 200_000;
const PIECE_CHARACTERS = 32_768;

const HEADINGS = ['h3', 'h4', 'h5', 'h6', 'h6', 'h6'];

let asWritten = false;
try {
  asWritten = localStorage.getItem('steno.text') === 'plain';
} catch {
  // Without storage the choice lasts as long as the page.
}

export function showsPlain() {
  return asWritten;
}

/** @param {boolean} plain */
export function setPlain(plain) {
  asWritten = plain;
  try {
    localStorage.setItem('steno.text', plain ? 'plain' : 'markdown');
  } catch {
    // As above.
  }
}

/** @param {string} text @returns {HTMLElement} */
export function richText(text) {
  const box = el('div', { class: 'rich', dir: 'auto' });
  if (text.length <= FOLD_CHARACTERS * 1.2) {
    append(box, body(text));
    return box;
  }
  const more = el('button', { type: 'button', class: 'text-button show-all', 'aria-expanded': 'false' });
  const content = el('div', {});
  const fold = () => {
    replace(content, body(head(text)));
    more.textContent = `Show all (${format.bytes(new Blob([text]).size)})`;
    more.setAttribute('aria-expanded', 'false');
    box.classList.add('folded');
  };
  more.addEventListener('click', () => {
    if (more.getAttribute('aria-expanded') === 'true') {
      fold();
      box.scrollIntoView({ block: 'nearest' });
      return;
    }
    replace(content, body(text));
    more.textContent = 'Show less';
    more.setAttribute('aria-expanded', 'true');
    box.classList.remove('folded');
  });
  fold();
  append(box, content, el('div', { class: 'fold-foot' }, more));
  return box;
}

/** The beginning of a long text, cut between lines where there is one near. @param {string} text */
function head(text) {
  const line = text.lastIndexOf('\n', FOLD_CHARACTERS);
  let cut = line > FOLD_CHARACTERS / 2 ? line : FOLD_CHARACTERS;
  // Never between the halves of one character.
  if (/[\ud800-\udbff]/.test(text[cut - 1])) cut -= 1;
  return `${text.slice(0, cut)} …`;
}

/** @param {string} text @returns {import('./dom.js').Child} */
function body(text) {
  if (asWritten || text.length > PLAIN_CHARACTERS) return plain(text);
  const json = prettyJSON(text);
  if (json !== null) {
    return el('pre', { class: 'json', tabindex: '0', role: 'region', 'aria-label': 'JSON' }, el('code', {}, json));
  }
  return blocks(parseMarkdown(text), 'auto');
}

/** Pieces that the browser lays out only when they come into view. @param {string} text */
export function plain(text) {
  const pieces = [];
  for (let at = 0; at < text.length;) {
    let end = Math.min(text.length, at + PIECE_CHARACTERS);
    const line = text.lastIndexOf('\n', end);
    if (end < text.length && line > at) end = line + 1;
    else if (/[\ud800-\udbff]/.test(text[end - 1] ?? '')) end += 1;
    pieces.push(el('div', { class: 'plain-piece' }, text.slice(at, end)));
    at = end;
  }
  return pieces;
}

/** @param {string} text a whole JSON object or array, else null @returns {string | null} */
export function prettyJSON(text) {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed) || !/[\]}]$/.test(trimmed)) return null;
  try {
    return JSON.stringify(JSON.parse(trimmed), null, 2);
  } catch {
    return null;
  }
}

/**
 * Each outermost block has the direction of its first strong letter; what is inside it follows.
 * @param {import('./markdown.js').Block[]} list @param {'auto' | null} dir @returns {Node[]}
 */
function blocks(list, dir) {
  return list.map((node) => block(node, dir));
}

/** @param {import('./markdown.js').Block} node @param {'auto' | null} dir @returns {Node} */
function block(node, dir) {
  switch (node.type) {
    case 'heading':
      return el(HEADINGS[node.level - 1], { dir }, inlines(node.inlines));
    case 'code':
      return codeFence(node.language, node.text);
    case 'quote':
      return el('blockquote', { dir }, blocks(node.blocks, null));
    case 'rule':
      return el('hr');
    case 'list':
      return el(
        node.ordered ? 'ol' : 'ul',
        { start: node.ordered && node.start !== 1 ? node.start : null, dir },
        node.items.map((item) =>
          el(
            'li',
            { class: item.checked === null ? null : 'task' },
            item.checked === null ? null : el(
              'span',
              { class: 'task-box', role: 'img', 'aria-label': item.checked ? 'done' : 'open' },
              item.checked ? '☑' : '☐',
            ),
            item.blocks.length === 1 && item.blocks[0].type === 'paragraph'
              ? inlines(item.blocks[0].inlines)
              : blocks(item.blocks, null),
          )
        ),
      );
    case 'table':
      return table(node, dir);
    default:
      return el('p', { dir }, inlines(node.inlines));
  }
}

/** @param {string} language @param {string} text */
function codeFence(language, text) {
  return el(
    'div',
    { class: 'fence' },
    el('div', { class: 'fence-head' }, el('span', {}, language), copyButton(text, 'code')),
    el(
      'pre',
      { tabindex: '0', role: 'region', 'aria-label': language ? `Code, ${language}` : 'Code' },
      el('code', { dir: 'ltr' }, text),
    ),
  );
}

/** @param {Extract<import('./markdown.js').Block, { type: 'table' }>} node @param {'auto' | null} dir */
function table(node, dir) {
  const cell = (/** @type {string} */ tag, /** @type {any[]} */ content, /** @type {number} */ at) =>
    el(content.length ? tag : 'td', { class: `align-${node.align[at] ?? 'start'}` }, inlines(content));
  return el(
    'div',
    { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': 'Table' },
    el(
      'table',
      { dir },
      el('thead', {}, el('tr', {}, node.head.map((content, at) => cell('th', content, at)))),
      el('tbody', {}, node.rows.map((row) => el('tr', {}, row.map((content, at) => cell('td', content, at))))),
    ),
  );
}

/** @param {import('./markdown.js').Inline[]} list @returns {import('./dom.js').Child[]} */
function inlines(list) {
  return list.map((node) => {
    switch (node.type) {
      case 'text':
        return node.text;
      case 'code':
        return el('code', { dir: 'ltr' }, node.text);
      case 'break':
        return el('br');
      case 'link':
        return markdownLink(node.href, inlines(node.children));
      default:
        return el(node.type, {}, inlines(node.children));
    }
  });
}

/**
 * A link whose address can't be trusted is its text, with the address beside it.
 * @param {string} href
 * @param {import('./dom.js').Child[]} children
 */
function markdownLink(href, children) {
  if (!safeAddress(href)) {
    return el(
      'span',
      { class: 'dead-link', title: `Not a link that this page opens: ${href.slice(0, 200)}` },
      children,
    );
  }
  const anchor = outside(href, children);
  anchor.title = href;
  return anchor;
}
