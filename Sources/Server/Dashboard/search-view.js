// What a full-text search found, best first.
import { explain, getIfPresent, isAbort } from './api.js';
import * as cells from './cells.js';
import { el, replace } from './dom.js';
import * as format from './format.js';
import { icon } from './icons.js';
import { onDeleted, onNews } from './live.js';
import { link } from './navigation.js';
import { announce } from './notices.js';

/** @typedef {import('./route.js').Route} Route */

const PAGE_HITS = 50;
const PAGE_HITS_MAX = 500;

const MARKS = /<(\/?)mark>/g;
/** @type {Record<string, string>} */
const ESCAPED = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' };

/** @param {string} html */
const plain = (html) => html.replace(/&(?:lt|gt|quot|amp);/g, (escaped) => ESCAPED[escaped]);

/**
 * A snippet with its marks as elements. The marks are the only markup there is; all else is text.
 * @param {any} snippet escaped HTML with `<mark>` around what was found
 */
function marked(snippet) {
  const text = String(snippet ?? '');
  /** @type {import('./dom.js').Child[]} */
  const nodes = [];
  let at = 0;
  let open = false;
  for (const match of text.matchAll(MARKS)) {
    const piece = plain(text.slice(at, match.index));
    nodes.push(open ? el('mark', {}, piece) : piece);
    open = match[1] === '';
    at = match.index + match[0].length;
  }
  nodes.push(plain(text.slice(at)));
  return nodes;
}

export class SearchView {
  /** @param {Route} route */
  constructor(route) {
    this.route = route;
    this.title = 'Search';
    this.abort = new AbortController();
    /** @type {string | null} */
    this.cursor = null;
    /** What each item shows. @type {Map<Element, any>} */
    this.hits = new Map();
    this.stop = () => {};
    this.results = el('ol', { class: 'results' });
    this.foot = el('div', { class: 'list-foot' });
    this.element = el('section', { class: 'detail search', 'aria-labelledby': 'view-title' });
  }

  /** @param {Route} route */
  accepts(route) {
    return route.view === 'search';
  }

  start() {
    const news = onNews((untold) => (untold ? this.compare() : null));
    const deleted = onDeleted((ids) => this.drop((hit) => ids.has(hit.session_id) || ids.has(hit.trace_id)));
    this.stop = () => {
      news();
      deleted();
    };
    this.update(this.route);
  }

  suspend() {
    this.abort.abort();
    this.stop();
  }

  /** Takes hits away that the server no longer has. @param {(hit: any) => boolean} isGone */
  drop(isGone) {
    const gone = [...this.hits].filter(([, hit]) => isGone(hit)).map(([item]) => item);
    if (!gone.length) return;
    const focused = gone.find((item) => item.contains(document.activeElement));
    let heir = focused ?? null;
    while (heir && gone.includes(heir)) heir = heir.nextElementSibling;
    for (const item of gone) {
      this.hits.delete(item);
      item.remove();
    }
    /** @type {HTMLElement | null | undefined} */ (heir?.querySelector('a'))?.focus();
    announce(`${format.plural(gone.length, 'message')} gone`);
    if (!this.hits.size) this.update(this.route);
  }

  /** Where the answer is all there is, what it lacks is gone. */
  async compare() {
    const { q, project } = this.route.params;
    if (!q || !this.hits.size) return;
    const { signal } = this.abort;
    try {
      const page = await getIfPresent('search', 'api/v1/search', { q, project, limit: PAGE_HITS_MAX }, signal);
      if (!page || page.next_cursor || signal.aborted) return;
      const place = (/** @type {any} */ hit) => `${hit.session_id}/${hit.trace_id}`;
      const there = new Set(page.data.map(place));
      this.drop((hit) => !there.has(place(hit)));
    } catch {
      // The next look tells.
    }
  }

  /** @param {Route} route */
  update(route) {
    this.route = route;
    this.abort.abort();
    this.abort = new AbortController();
    this.cursor = null;
    this.hits.clear();
    replace(this.results);
    replace(
      this.element,
      el(
        'header',
        { class: 'detail-head' },
        el(
          'h1',
          { id: 'view-title', tabindex: '-1', class: 'detail-title' },
          'Messages with ',
          el('bdi', { class: 'sought', dir: 'auto' }, `“${format.visible(route.params.q ?? '')}”`),
        ),
      ),
      this.results,
      this.foot,
    );
    this.load();
  }

  async load() {
    const { q, project } = this.route.params;
    if (!q) return replace(this.foot, el('p', { class: 'faint' }, 'Type words to look for in the box above.'));
    const { signal } = this.abort;
    replace(this.foot, el('p', { class: 'faint' }, 'Searching…'));
    try {
      const page = await getIfPresent(
        'search',
        'api/v1/search',
        { q, project, limit: PAGE_HITS, cursor: this.cursor },
        signal,
      );
      if (!page) {
        return replace(
          this.foot,
          el(
            'div',
            { class: 'empty' },
            el('p', { class: 'empty-title' }, 'No text index'),
            el('p', {}, 'This Steno runs without search.'),
          ),
        );
      }
      for (const hit of page.data) {
        const item = this.hit(hit, project);
        this.hits.set(item, hit);
        this.results.append(item);
      }
      this.cursor = page.next_cursor;
      const none = !this.hits.size;
      replace(
        this.foot,
        none
          ? el(
            'div',
            { class: 'empty' },
            icon('search', 'large'),
            el('p', { class: 'empty-title' }, 'Nothing found'),
            el('p', {}, 'Words match whole; end one with * to match what begins with it.'),
          )
          : this.cursor
          ? el('button', { type: 'button', class: 'button', on: { click: () => this.load() } }, 'More')
          : null,
      );
    } catch (error) {
      if (!isAbort(error)) replace(this.foot, el('p', { class: 'field-error', dir: 'auto' }, explain(error)));
    }
  }

  /** @param {any} hit @param {string | undefined} project */
  hit(hit, project) {
    const { turn } = hit;
    const route = hit.session_id
      ? { view: 'session', params: { id: hit.session_id, turn: turn ? String(turn) : undefined, project } }
      : { view: 'trace', params: { id: hit.trace_id, span: hit.span_id, project } };
    return el(
      'li',
      {},
      link(
        route,
        { class: 'result' },
        el(
          'span',
          { class: 'result-head' },
          cells.name(hit.session_name ?? hit.trace_id, 'strong'),
          turn ? el('span', { class: 'faint' }, `turn ${turn}`) : null,
          el('span', { class: 'chip' }, format.visible(hit.role ?? 'message')),
          hit.time ? cells.timeAgo(hit.time) : null,
        ),
        el('span', { class: 'snippet', dir: 'auto' }, marked(hit.snippet)),
      ),
    );
  }
}
