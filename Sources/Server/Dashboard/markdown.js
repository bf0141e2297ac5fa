// Markdown → a tree of plain objects. Raw HTML stays text. One pass over the lines, bounded nesting: the time taken
// grows with the length of the text and nothing else.
import { parseInline } from './markdown-inline.js';

/**
 * @typedef {import('./markdown-inline.js').Inline} Inline
 * @typedef {{ type: 'paragraph', inlines: Inline[] }
 *   | { type: 'heading', level: number, inlines: Inline[] }
 *   | { type: 'code', language: string, text: string }
 *   | { type: 'quote', blocks: Block[] }
 *   | { type: 'list', ordered: boolean, start: number, items: { checked: boolean | null, blocks: Block[] }[] }
 *   | { type: 'table', align: string[], head: Inline[][], rows: Inline[][][] }
 *   | { type: 'rule' }} Block
 */

/** Quotes and lists inside each other, at most. */
const DEPTH_MAX = 8;
/** Columns of a table, at most. */
const COLUMNS_MAX = 64;

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^\s`]*)[^`]*$/;
const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*)$/;
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,12})([-*+]|\d{1,9}[.)])(?:[ \t]+|$)/;
const DELIMITERS = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

/** @param {string} text @returns {Block[]} */
export function parseMarkdown(text) {
  return parseBlocks(text.replaceAll('\r\n', '\n').split('\n'), 0);
}

/** @param {string[]} lines @param {number} depth @returns {Block[]} */
function parseBlocks(lines, depth) {
  /** @type {Block[]} */
  const blocks = [];
  /** @type {string[]} */
  let paragraph = [];
  const flush = () => {
    if (paragraph.length) blocks.push({ type: 'paragraph', inlines: parseInline(paragraph.join('\n')) });
    paragraph = [];
  };
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    if (line.trim() === '') {
      flush();
      at += 1;
      continue;
    }
    const found = startOfBlock(lines, at, depth, paragraph.length > 0);
    if (!found) {
      paragraph.push(line.trimStart());
      at += 1;
      continue;
    }
    flush();
    blocks.push(found.block);
    at = found.next;
  }
  flush();
  return blocks;
}

/**
 * @param {string[]} lines @param {number} at @param {number} depth @param {boolean} inParagraph
 * @returns {{ block: Block, next: number } | null}
 */
function startOfBlock(lines, at, depth, inParagraph) {
  const line = lines[at];
  // Long lines can only be paragraphs: the patterns below look at short ones.
  if (line.length < 1000) {
    const fence = FENCE.exec(line);
    if (fence) return readFence(lines, at, fence);
  }
  if (isRule(line)) return { block: { type: 'rule' }, next: at + 1 };
  const heading = line.length < 5000 ? HEADING.exec(line) : null;
  if (heading) {
    const title = heading[2].replace(/[ \t]+#*[ \t]*$/, '');
    return { block: { type: 'heading', level: heading[1].length, inlines: parseInline(title) }, next: at + 1 };
  }
  if (depth < DEPTH_MAX) {
    if (QUOTE.test(line)) return readQuote(lines, at, depth);
    const item = ITEM.exec(line);
    // A number that is not 1 does not interrupt a paragraph: "it happened in\n1986. That year".
    if (item && !(inParagraph && /^\d/.test(item[2]) && !/^1[.)]/.test(item[2]))) {
      return readList(lines, at, depth, item);
    }
  }
  if (
    !inParagraph && line.includes('|') && at + 1 < lines.length && lines[at + 1].length < 2000 &&
    lines[at + 1].includes('-') && DELIMITERS.test(lines[at + 1])
  ) {
    return readTable(lines, at);
  }
  return null;
}

/**
 * @param {string[]} lines
 * @param {number} at
 * @param {RegExpExecArray} fence
 * @returns {{ block: Block, next: number }}
 */
function readFence(lines, at, fence) {
  const mark = fence[1];
  let end = at + 1;
  while (end < lines.length) {
    const line = lines[end].length < 200 ? lines[end].trim() : '';
    if (line.length >= mark.length && line.startsWith(mark) && line === mark[0].repeat(line.length)) break;
    end += 1;
  }
  const text = lines.slice(at + 1, end).join('\n');
  return { block: { type: 'code', language: fence[2].slice(0, 40), text }, next: Math.min(end + 1, lines.length) };
}

/** @param {string[]} lines @param {number} at @param {number} depth @returns {{ block: Block, next: number }} */
function readQuote(lines, at, depth) {
  const inner = [];
  let end = at;
  while (end < lines.length && QUOTE.test(lines[end])) {
    inner.push(lines[end].replace(QUOTE, ''));
    end += 1;
  }
  return { block: { type: 'quote', blocks: parseBlocks(inner, depth + 1) }, next: end };
}

/**
 * @param {string[]} lines @param {number} at @param {number} depth @param {RegExpExecArray} first
 * @returns {{ block: Block, next: number }}
 */
function readList(lines, at, depth, first) {
  const ordered = /\d/.test(first[2][0]);
  const margin = first[1].length;
  /** @type {{ checked: boolean | null, blocks: Block[] }[]} */
  const items = [];
  let end = at;
  while (end < lines.length) {
    const item = ITEM.exec(lines[end]);
    if (!item || /\d/.test(item[2][0]) !== ordered || item[1].length > margin + 1 || isRule(lines[end])) break;
    const read = readItem(lines, end, item);
    items.push({ checked: read.checked, blocks: parseBlocks(read.inner, depth + 1) });
    end = read.next;
  }
  return { block: { type: 'list', ordered, start: ordered ? Number.parseInt(first[2], 10) : 1, items }, next: end };
}

/** @param {string[]} lines @param {number} at @param {RegExpExecArray} item */
function readItem(lines, at, item) {
  const margin = item[1].length;
  let head = lines[at].slice(item[0].length);
  const box = /^\[([ xX])\] /.exec(head);
  if (box) head = head.slice(4);
  const inner = [head];
  let end = at + 1;
  while (end < lines.length) {
    const line = lines[end];
    if (line.trim() === '') {
      // A blank line stays inside only if what follows it is still indented.
      if (!/^[ \t]{2,}\S/.test((lines[end + 1] ?? '').slice(0, 40)) || indentOf(lines[end + 1]) <= margin) break;
      inner.push('');
    } else if (indentOf(line) > margin + 1) {
      inner.push(line.slice(Math.min(indentOf(line), item[0].length)));
    } else if (ITEM.test(line) || inner.at(-1) === '' || startsBlock(line)) {
      break;
    } else {
      inner.push(line.trimStart());
    }
    end += 1;
  }
  while (end < lines.length && lines[end].trim() === '' && ITEM.test(lines[end + 1] ?? '')) end += 1;
  return { inner, next: end, checked: box ? box[1] !== ' ' : null };
}

/** @param {string} line */
function isRule(line) {
  return line.length < 1000 && RULE.test(line);
}

/** @param {string} line */
function startsBlock(line) {
  return HEADING.test(line.slice(0, 200)) || QUOTE.test(line) || /^ {0,3}(```|~~~)/.test(line);
}

/** @param {string} line */
function indentOf(line) {
  let width = 0;
  while (width < line.length && width < 64 && (line[width] === ' ' || line[width] === '\t')) width += 1;
  return width;
}

/** @param {string[]} lines @param {number} at @returns {{ block: Block, next: number }} */
function readTable(lines, at) {
  const align = cells(lines[at + 1]).map((cell) => {
    const left = cell.startsWith(':');
    const right = cell.endsWith(':');
    return left && right ? 'center' : right ? 'end' : 'start';
  });
  const head = cells(lines[at]).map(parseInline);
  const rows = [];
  let end = at + 2;
  while (end < lines.length && lines[end].includes('|') && lines[end].trim() !== '') {
    rows.push(cells(lines[end]).slice(0, head.length).map(parseInline));
    end += 1;
  }
  return { block: { type: 'table', align, head, rows }, next: end };
}

/** The cells of a table's line; `\|` is a bar inside one. @param {string} line */
function cells(line) {
  const found = [];
  let cell = '';
  const text = line.trim().replace(/^\|/, '');
  for (let at = 0; at < text.length && found.length < COLUMNS_MAX; at += 1) {
    if (text[at] === '\\' && text[at + 1] === '|') {
      cell += '|';
      at += 1;
    } else if (text[at] === '|') {
      found.push(cell.trim());
      cell = '';
    } else {
      cell += text[at];
    }
  }
  if (cell.trim() !== '' && found.length < COLUMNS_MAX) found.push(cell.trim());
  return found;
}
