// The pieces that lists and details are made of: a user, a model, a status, an amount.
import { el } from './dom.js';
import * as format from './format.js';
import { icon } from './icons.js';
import { link } from './navigation.js';
import { copyButton } from './notices.js';

/**
 * Text as someone wrote it: its own direction, isolated from what stands around it.
 * @param {string | null | undefined} text
 * @param {string} [className]
 */
export function userText(text, className = '') {
  if (text === null || text === undefined || text === '') {
    return el('span', { class: `unknown ${className}` }, format.UNKNOWN);
  }
  return el('bdi', { class: `user-text ${className}`.trim(), dir: 'auto' }, text);
}

/** A name or an ID on one line. @param {unknown} text @param {string} [className] */
export function name(text, className = '') {
  return el('bdi', { class: `name ${className}`.trim(), dir: 'auto' }, format.visible(text));
}

/** @param {string | null | undefined} time @param {number} [now] */
export function timeAgo(time, now = Date.now()) {
  return el('time', { datetime: time, 'data-ago': '' }, format.ago(time, now));
}

/** Gives a relative time that is pointed at its whole one. @param {Event} event */
export function nameTime({ target }) {
  if (!(target instanceof HTMLTimeElement) || target.title || target.dataset.ago === undefined) return;
  target.title = `${format.moment(target.dateTime)} · ${target.dateTime}`;
}

/** Brings every relative time in the document up to date. */
export function refreshTimes() {
  const now = Date.now();
  for (const node of document.querySelectorAll('time[data-ago]')) {
    const text = format.ago(node.getAttribute('datetime'), now);
    if (node.textContent !== text) node.textContent = text;
  }
}

/** @param {any} status text, or the object of a span */
export function statusName(status) {
  const code = typeof status === 'object' && status ? status.code : status;
  const text = String(code ?? '').toLowerCase().replace('status_code_', '');
  if (text === 'error' || text === '2') return 'error';
  if (text === 'pending' || text === 'tool_calls' || text === 'unset') return text;
  return 'ok';
}

/** @param {any} status */
export function statusBadge(status) {
  const state = statusName(status);
  if (state === 'error') return el('span', { class: 'badge error' }, icon('error'), 'Error');
  if (state === 'pending') return el('span', { class: 'badge pending' }, icon('clock'), 'Pending');
  if (state === 'tool_calls') return el('span', { class: 'badge' }, icon('tool'), 'Tool calls');
  if (state === 'unset') return el('span', { class: 'badge', title: 'The SDK set no status' }, 'Unset');
  return el('span', { class: 'badge ok' }, icon('check'), 'OK');
}

/** @param {number | null | undefined} errors @param {any} status */
export function errorCount(errors, status) {
  const pending = statusName(status) === 'pending';
  if (errors) {
    return el(
      'span',
      { class: 'badge error', title: format.plural(errors, 'span') + ' with status ERROR' },
      icon('error'),
      format.count(errors),
    );
  }
  if (statusName(status) === 'error') return el('span', { class: 'badge error' }, icon('error'), 'Error');
  if (pending) {
    return el('span', { class: 'badge pending', title: 'The last trace has not ended yet' }, icon('clock'), 'Pending');
  }
  return el('span', { class: 'faint' }, '0');
}

/**
 * A user, and their traces one click away.
 * @param {string | null | undefined} user @param {string | undefined} project
 */
export function userLink(user, project) {
  if (!user) return el('span', { class: 'unknown' }, format.UNKNOWN);
  const shown = format.visible(user);
  return el(
    'span',
    { class: 'user-cell' },
    link({ view: 'user', params: { id: user, project } }, {
      class: 'quiet-link',
      title: `User ${shown}`,
    }, name(user)),
    link({ view: 'traces', params: { user_id: user, project } }, {
      class: 'icon-button reveal',
      title: `LLM Tracing of ${shown}`,
      'aria-label': `Filter LLM Tracing by user ${shown}`,
    }, icon('filter')),
  );
}

/** @param {any} tokens */
export function tokens(tokens) {
  if (!tokens) return el('span', { class: 'unknown', title: 'Not reported' }, format.UNKNOWN);
  return el(
    'span',
    { title: format.tokenDetail(tokens) },
    format.compact(tokens.total ?? (tokens.input ?? 0) + (tokens.output ?? 0)),
  );
}

/** @param {number | null | undefined} dollars */
export function cost(dollars) {
  if (dollars === null || dollars === undefined) {
    return el(
      'span',
      { class: 'unknown', title: 'Unknown: no cost reported and no price for the model' },
      format.UNKNOWN,
    );
  }
  return el('span', { title: `US$ ${dollars}` }, format.cost(dollars));
}

/** @param {string} id @param {string} label */
export function copyableID(id, label) {
  return el('span', { class: 'id' }, el('code', { title: id }, format.shortID(id)), copyButton(id, label));
}

/** A value of metadata or an attribute, on one line. @param {unknown} value */
export function inlineValue(value) {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** @param {Record<string, any> | null | undefined} metadata @param {number} [limit] */
export function metadataChips(metadata, limit = 12) {
  const entries = Object.entries(metadata ?? {});
  if (!entries.length) return null;
  return el(
    'ul',
    { class: 'chips', 'aria-label': 'Metadata' },
    entries.slice(0, limit).map(([key, value]) => {
      const text = format.visible(inlineValue(value) ?? '');
      return el(
        'li',
        { class: 'chip', title: `${format.visible(key)}: ${text.slice(0, 1000)}` },
        el('span', { class: 'chip-key' }, name(key)),
        name(text.length > 80 ? `${text.slice(0, 79)}…` : text, 'chip-value'),
      );
    }),
    entries.length > limit ? el('li', { class: 'chip more' }, `+${entries.length - limit}`) : null,
  );
}

/** @param {string[] | null | undefined} tags */
export function tagList(tags) {
  if (!tags?.length) return el('span', { class: 'unknown' }, format.UNKNOWN);
  return el('span', { class: 'chips' }, tags.map((tag) => el('span', { class: 'chip tag' }, name(tag))));
}

/** What looks wrong, and what to do. @param {{ message: string, cure: string }} warning */
export function warningItem(warning) {
  return el(
    'li',
    {},
    icon('warning'),
    el('div', {}, el('p', { dir: 'auto' }, warning.message), el('p', { class: 'cure', dir: 'auto' }, warning.cure)),
  );
}

/**
 * A figure with its name, as in a strip above a detail.
 * @param {string} label
 * @param {import('./dom.js').Child} value
 * @param {string} [hint]
 */
export function figure(label, value, hint = '') {
  return el('div', { class: 'figure', title: hint || null }, el('dt', {}, label), el('dd', {}, value));
}

/** What stands between facts on one line. */
export function dot() {
  return el('span', { class: 'dot', 'aria-hidden': 'true' }, '·');
}
