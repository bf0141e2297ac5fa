// What runs inside a line of Markdown: code, emphasis, links. One pass; every look ahead is bounded.

/**
 * @typedef {{ type: 'text', text: string } | { type: 'code', text: string } | { type: 'break' }
 *   | { type: 'strong' | 'em' | 'del', children: Inline[] }
 *   | { type: 'link', href: string, children: Inline[] }} Inline
 */

/** Open marks that may wait for their end, at most; further ones are text. */
const OPEN_MAX = 12;
/** Characters of an address, at most. */
const ADDRESS_MAX = 2048;

const SPECIAL = /[\\`*_~[\]<!\nh]/g;
const BARE_ADDRESS = /https?:\/\/[^\s<>"'`\])]{1,2048}/y;
const ANGLE_ADDRESS = /<((?:https?:\/\/|mailto:)[^\s<>]{1,2048})>/y;
const WORD = /[\p{L}\p{N}]/u;
const STYLES = /** @type {Record<string, 'strong' | 'em' | 'del'>} */ ({
  '**': 'strong',
  __: 'strong',
  '*': 'em',
  _: 'em',
  '~~': 'del',
});

/** Children gathered under a mark that is still open. */
class Frame {
  /** @param {string} mark */
  constructor(mark) {
    this.mark = mark;
    /** @type {Inline[]} */
    this.children = [];
  }

  /** @param {string} text */
  text(text) {
    if (!text) return;
    const last = this.children.at(-1);
    if (last?.type === 'text') last.text += text;
    else this.children.push({ type: 'text', text });
  }
}

/** @param {string} source @returns {Inline[]} */
export function parseInline(source) {
  return new InlineParser(source).run();
}

class InlineParser {
  /** @param {string} source */
  constructor(source) {
    this.source = source;
    this.at = 0;
    this.frames = [new Frame('')];
    /**
     * Length of a run of backticks → where the last such run starts: tells at once that none follows.
     * @type {Map<number, number>}
     */
    this.lastTicks = new Map();
    for (const run of source.matchAll(/`+/g)) this.lastTicks.set(run[0].length, run.index);
  }

  get top() {
    return this.frames[this.frames.length - 1];
  }

  run() {
    const { source } = this;
    while (this.at < source.length) {
      SPECIAL.lastIndex = this.at;
      const next = SPECIAL.exec(source);
      const end = next ? next.index : source.length;
      this.top.text(source.slice(this.at, end));
      this.at = end;
      if (next) this.special(source[end]);
    }
    while (this.frames.length > 1) this.abandon();
    return this.top.children;
  }

  /** @param {string} c */
  special(c) {
    if (c === '\\') this.escape();
    else if (c === '`') this.code();
    else if (c === '*' || c === '_' || c === '~') this.emphasis(c);
    else if (c === '[') this.open('[', 1);
    else if (c === '!' && this.source[this.at + 1] === '[') this.open('![', 2);
    else if (c === ']') this.closeLink();
    else if (c === '\n') this.newline();
    else if (c === '<') this.address(ANGLE_ADDRESS, 1);
    else if (c === 'h' && this.source.startsWith('http', this.at)) this.address(BARE_ADDRESS, 0);
    else this.literal(1);
  }

  /** @param {number} length */
  literal(length) {
    this.top.text(this.source.slice(this.at, this.at + length));
    this.at += length;
  }

  escape() {
    const next = this.source[this.at + 1];
    if (next !== undefined && /[!-/:-@[-`{-~]/.test(next)) {
      this.top.text(next);
      this.at += 2;
    } else {
      this.literal(1);
    }
  }

  newline() {
    const last = this.top.children.at(-1);
    if (last?.type === 'text') last.text = last.text.replace(/(?: {1,64}|\\)$/, '');
    this.top.children.push({ type: 'break' });
    this.at += 1;
  }

  code() {
    let length = 1;
    while (this.source[this.at + length] === '`') length += 1;
    const start = this.at + length;
    if ((this.lastTicks.get(length) ?? -1) < start) return this.literal(length);
    let end = start;
    for (;;) {
      end = this.source.indexOf('`', end);
      let run = 1;
      while (this.source[end + run] === '`') run += 1;
      if (run === length) break;
      end += run;
    }
    let text = this.source.slice(start, end).replaceAll('\n', ' ');
    if (text.startsWith(' ') && text.endsWith(' ') && text.trim() !== '') text = text.slice(1, -1);
    this.top.children.push({ type: 'code', text });
    this.at = end + length;
  }

  /** @param {string} c */
  emphasis(c) {
    const double = this.source[this.at + 1] === c;
    if (c === '~' && !double) return this.literal(1);
    // In `***both***` the inner mark, opened last, closes first.
    const mark = double && !(this.top.mark === c && this.source[this.at + 2] === c) ? c + c : c;
    const before = this.source[this.at - 1] ?? ' ';
    const after = this.source[this.at + mark.length] ?? ' ';
    // An underscore inside a word is part of a name: snake_case.
    const inWord = c === '_' && WORD.test(before) && WORD.test(after);
    const closes = !/\s/.test(before) && !inWord;
    const depth = closes ? this.frames.findLastIndex((frame) => frame.mark === mark) : -1;
    if (depth > 0) return this.closeEmphasis(depth, mark);
    if (!/\s/.test(after) && !inWord && !(c === '_' && WORD.test(before))) return this.open(mark, mark.length);
    return this.literal(mark.length);
  }

  /** @param {string} mark @param {number} length */
  open(mark, length) {
    if (this.frames.length > OPEN_MAX) return this.literal(length);
    this.frames.push(new Frame(mark));
    this.at += length;
  }

  /** @param {number} depth @param {string} mark */
  closeEmphasis(depth, mark) {
    while (this.frames.length > depth + 1) this.abandon();
    const frame = /** @type {Frame} */ (this.frames.pop());
    if (frame.children.length) this.top.children.push({ type: STYLES[mark], children: frame.children });
    else this.top.text(mark + mark);
    this.at += mark.length;
  }

  /** The innermost open mark turns out to be text. */
  abandon() {
    const frame = /** @type {Frame} */ (this.frames.pop());
    this.top.text(frame.mark);
    for (const child of frame.children) {
      if (child.type === 'text') this.top.text(child.text);
      else this.top.children.push(child);
    }
  }

  closeLink() {
    const depth = this.frames.findLastIndex((frame) => frame.mark === '[' || frame.mark === '![');
    if (depth < 1) return this.literal(1);
    const address = this.source[this.at + 1] === '(' ? this.linkAddress(this.at + 2) : null;
    while (this.frames.length > depth + 1) this.abandon();
    if (!address) {
      this.abandon();
      return this.literal(1);
    }
    const frame = /** @type {Frame} */ (this.frames.pop());
    // An image of the text is a link here: the page fetches nothing from elsewhere.
    const children = frame.children.length
      ? frame.children
      : [{ type: /** @type {const} */ ('text'), text: address.href }];
    this.top.children.push({ type: 'link', href: address.href, children });
    this.at = address.next;
  }

  /** @param {number} start */
  linkAddress(start) {
    const { source } = this;
    let nested = 0;
    let end = start;
    const limit = Math.min(source.length, start + ADDRESS_MAX);
    while (end < limit && !/[\s<]/.test(source[end]) && nested < 32) {
      // The end of another link's text: this one has no end of its own.
      if (source[end] === ']' && source[end + 1] === '(') return null;
      if (source[end] === '(') nested += 1;
      else if (source[end] === ')') {
        if (nested === 0) break;
        nested -= 1;
      }
      end += 1;
    }
    const href = source.slice(start, end);
    const title = /^\s{1,8}(?:"[^"\n]{0,300}"|'[^'\n]{0,300}')\s{0,8}/.exec(source.slice(end, end + 320));
    const close = end + (title ? title[0].length : 0);
    return source[close] === ')' && href ? { href, next: close + 1 } : null;
  }

  /** @param {RegExp} pattern @param {number} group */
  address(pattern, group) {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.source);
    const before = this.source[this.at - 1] ?? ' ';
    if (!match || (group === 0 && WORD.test(before))) return this.literal(1);
    // The full stop that ends a sentence is not part of the address.
    const href = group === 0 ? match[0].replace(/[.,;:!?]{1,8}$/, '') : match[1];
    this.top.children.push({ type: 'link', href, children: [{ type: 'text', text: href }] });
    this.at += group === 0 ? href.length : match[0].length;
  }
}
