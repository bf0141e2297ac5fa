// The turns of a conversation, however many: loaded by pages while one reads, and held in chunks that leave the
// document when they are far from view, so that ten thousand turns cost no more than a hundred.
import { el } from './dom.js';
import { turnCard, turnKey, turnStamp } from './turn.js';

const CHUNK_TURNS = 25;
/** What one reads comes by small pages, what one leaps over by large ones. */
const PAGE_TURNS = 50;
const LEAP_TURNS = 500;

/** @typedef {{ node: HTMLElement, turns: any[], stamps: string[], filled: boolean }} Chunk */

export class Thread {
  /**
   * @param {(page: { cursor: string | null, limit: number }) =>
   *   Promise<{ data: any[], next_cursor: string | null }>} load
   * @param {() => any} context of a turn's card
   */
  constructor(load, context) {
    this.load = load;
    this.context = context;
    /** @type {Chunk[]} */
    this.chunks = [];
    /** @type {Map<string, { chunk: Chunk, at: number }>} */
    this.byKey = new Map();
    /** @type {string | null} */
    this.cursor = null;
    /** The question that gave the page the end of which is not known yet. @type {string | null} */
    this.lastCursor = null;
    /** The page that is on its way, if any. @type {Promise<boolean> | null} */
    this.loading = null;
    this.failed = false;
    this.list = el('div', { class: 'turns' });
    this.foot = el('div', { class: 'list-foot' });
    this.element = el('div', { class: 'thread' }, this.list, this.foot);
    this.nearby = new IntersectionObserver((entries) => entries.forEach((entry) => this.toggle(entry)), {
      rootMargin: '1500px',
    });
    this.end = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) this.more();
    }, { rootMargin: '1200px' });
  }

  async start() {
    const page = await this.load({ cursor: null, limit: PAGE_TURNS });
    this.take(page.data);
    this.cursor = page.next_cursor;
    this.end.observe(this.foot);
    return page;
  }

  stop() {
    this.nearby.disconnect();
    this.end.disconnect();
  }

  get length() {
    return this.byKey.size;
  }

  /** @param {number} [limit] @returns {Promise<boolean>} whether a page came */
  more(limit = PAGE_TURNS) {
    if (!this.cursor) return Promise.resolve(false);
    this.loading ??= this.next(this.cursor, limit).finally(() => {
      this.loading = null;
      if (
        this.cursor && this.foot.isConnected && this.foot.getBoundingClientRect().top < innerHeight + 1200 &&
        !this.failed
      ) this.more();
    });
    return this.loading;
  }

  /** @param {string} cursor @param {number} limit */
  async next(cursor, limit) {
    this.failed = false;
    this.foot.textContent = 'Loading more…';
    try {
      const page = await this.load({ cursor, limit });
      this.lastCursor = cursor;
      this.cursor = page.next_cursor;
      this.take(page.data);
      this.foot.textContent = '';
      return true;
    } catch {
      this.failed = true;
      this.foot.textContent = 'Could not load more. Scroll again to retry.';
      return false;
    }
  }

  /**
   * Turns that are known are brought up to date, the others go to the end.
   * @param {any[]} turns
   * @returns {number} how many are new
   */
  take(turns) {
    let fresh = 0;
    for (const turn of turns) {
      const known = this.byKey.get(turnKey(turn));
      if (known) this.refresh(known, turn);
      else {
        this.push(turn);
        fresh += 1;
      }
    }
    return fresh;
  }

  /** @param {any} turn */
  push(turn) {
    let chunk = this.chunks.at(-1);
    if (!chunk || chunk.turns.length >= CHUNK_TURNS) {
      chunk = { node: el('div', { class: 'chunk' }), turns: [], stamps: [], filled: true };
      this.chunks.push(chunk);
      this.list.append(chunk.node);
      this.nearby.observe(chunk.node);
    }
    this.byKey.set(turnKey(turn), { chunk, at: chunk.turns.length });
    chunk.turns.push(turn);
    chunk.stamps.push(turnStamp(turn));
    if (chunk.filled) chunk.node.append(turnCard(turn, this.context()));
  }

  /** @param {{ chunk: Chunk, at: number }} known @param {any} turn */
  refresh({ chunk, at }, turn) {
    const stamp = turnStamp(turn);
    if (chunk.stamps[at] === stamp) return;
    chunk.turns[at] = turn;
    chunk.stamps[at] = stamp;
    if (chunk.filled) chunk.node.children[at]?.replaceWith(turnCard(turn, this.context()));
  }

  /** @param {IntersectionObserverEntry} entry */
  toggle(entry) {
    const chunk = this.chunks.find((candidate) => candidate.node === entry.target);
    if (!chunk || chunk.filled === entry.isIntersecting) return;
    if (entry.isIntersecting) this.fill(chunk);
    else if (!chunk.node.contains(document.activeElement) && this.chunks.length > 4) {
      chunk.node.style.setProperty('height', `${chunk.node.offsetHeight}px`);
      chunk.node.textContent = '';
      chunk.filled = false;
    }
  }

  /** @param {Chunk} chunk */
  fill(chunk) {
    chunk.filled = true;
    chunk.node.append(...chunk.turns.map((turn) => turnCard(turn, this.context())));
    chunk.node.style.removeProperty('height');
  }

  /** Draws every card that is in the document anew. */
  redraw() {
    for (const chunk of this.chunks) {
      if (!chunk.filled) continue;
      chunk.node.textContent = '';
      this.fill(chunk);
    }
  }

  /** Asks again for the end of the thread. @returns {Promise<number>} turns that are new */
  async news() {
    if (this.loading || this.cursor) return 0;
    const page = await this.load({ cursor: this.lastCursor, limit: LEAP_TURNS });
    this.cursor = page.next_cursor;
    return this.take(page.data);
  }

  /** Loads as far as a turn and shows it. @param {number} index */
  async reveal(index) {
    while (this.length < index && await this.more(LEAP_TURNS));
    for (const chunk of this.chunks) {
      const at = chunk.turns.findIndex((turn) => turn.index >= index);
      if (at < 0) continue;
      if (!chunk.filled) this.fill(chunk);
      const card = /** @type {HTMLElement} */ (chunk.node.children[at]);
      card.scrollIntoView({ block: 'start' });
      card.focus({ preventScroll: true });
      return;
    }
  }

  /** Loads to the end. @returns {Promise<void>} */
  async revealLast() {
    while (await this.more(LEAP_TURNS));
    const last = this.chunks.at(-1);
    if (last) await this.reveal(last.turns[last.turns.length - 1].index);
  }
}
