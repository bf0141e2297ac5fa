// The columns of each list: `product.md` names the fields, this says how they read.
import * as cells from './cells.js';
import { el } from './dom.js';
import * as format from './format.js';
import { icon, kindMark } from './icons.js';
import { link } from './navigation.js';

/** @typedef {import('./table.js').Column} Column */

/** @param {any} row @param {any} context */
export function sessionRoute(row, context) {
  return { view: 'session', params: { id: row.id, project: context.project } };
}

/** @param {any} row @param {any} context */
export function traceRoute(row, context) {
  return {
    view: 'trace',
    params: { id: row.trace_id, span: row.span_id, project: context.project },
  };
}

/** @param {any} row @param {any} context */
export function userRoute(row, context) {
  return { view: 'user', params: { id: row.user_id, project: row.project ?? context.project } };
}

/** @type {Column[]} */
const AMOUNTS = [
  {
    id: 'tokens',
    title: 'Tokens',
    width: '4.9rem',
    sort: 'tokens',
    end: true,
    cell: (row) => cells.tokens(row.tokens),
  },
  { id: 'cost', title: 'Cost', width: '6.6rem', sort: 'cost_usd', end: true, cell: (row) => cells.cost(row.cost_usd) },
];

/** @type {Column} */
const PROJECT = {
  id: 'project',
  title: 'Project',
  width: '10rem',
  optional: true,
  cell: (row) => cells.name(row.project),
};

/** @type {Column} */
const TAGS = { id: 'tags', title: 'Tags', width: '10rem', optional: true, cell: (row) => cells.tagList(row.tags) };

/** @type {Column[]} */
export const SESSION_COLUMNS = [
  {
    id: 'session',
    title: 'Session',
    width: '14rem',
    cell: (row, context) =>
      el(
        'div',
        { class: 'stack' },
        el(
          'span',
          { class: 'line' },
          row.bookmarked ? icon('star', 'starred') : null,
          link(sessionRoute(row, context), { class: 'row-link' }, cells.name(row.display_name ?? row.name)),
          row.warnings?.length
            ? el(
              'span',
              {
                class: 'warn-mark',
                title: row.warnings.map((/** @type {any} */ warning) => warning.message).join('\n'),
              },
              icon('warning'),
              el('span', { class: 'sr' }, format.plural(row.warnings.length, 'warning')),
            )
            : null,
        ),
        cells.copyableID(row.id, 'session ID'),
      ),
  },
  {
    id: 'first',
    title: 'First message',
    width: '',
    className: 'text',
    cell: (row) => cells.userText(row.first_message, 'clamp'),
  },
  {
    id: 'last',
    title: 'Last message',
    width: '',
    className: 'text',
    cell: (row) => cells.userText(row.last_message, 'clamp'),
  },
  {
    id: 'traces',
    title: 'Traces',
    width: '4.8rem',
    sort: 'trace_count',
    end: true,
    cell: (row) => format.count(row.trace_count),
  },
  {
    id: 'duration',
    title: 'Duration',
    width: '6rem',
    sort: 'duration_ms',
    end: true,
    cell: (row) => format.duration(row.duration_ms),
    hint: 'From the first span to the last, idle time included',
  },
  {
    id: 'user',
    title: 'User',
    width: '9.5rem',
    cell: (row, context) =>
      el(
        'span',
        { class: 'line' },
        cells.userLink(row.user_id, row.project ?? context.project),
        row.user_ids?.length > 1
          ? el(
            'span',
            { class: 'faint', title: row.user_ids.map(format.visible).join(', ') },
            `+${row.user_ids.length - 1}`,
          )
          : null,
      ),
  },
  ...AMOUNTS,
  {
    id: 'errors',
    title: 'Errors',
    width: '7rem',
    sort: 'error_count',
    end: true,
    cell: (row) => cells.errorCount(row.error_count, row.status),
  },
  {
    id: 'activity',
    title: 'Last activity',
    width: '7.75rem',
    sort: 'end_time',
    end: true,
    cell: (row) => cells.timeAgo(row.end_time),
  },
  {
    id: 'turns',
    title: 'Turns',
    width: '4.5rem',
    end: true,
    optional: true,
    cell: (row) => format.count(row.turn_count),
  },
  {
    id: 'started',
    title: 'Started',
    width: '7rem',
    sort: 'start_time',
    end: true,
    optional: true,
    cell: (row) => cells.timeAgo(row.start_time),
  },
  {
    id: 'models',
    title: 'Models',
    width: '11rem',
    optional: true,
    cell: (row) => cells.name((row.models ?? []).join(', ') || format.UNKNOWN),
  },
  TAGS,
  PROJECT,
];

/** @type {Column} */
const SESSION_OF_TRACE = {
  id: 'of',
  title: 'Session',
  width: '9rem',
  cell: (row, context) => (row.session_id
    ? link(
      { view: 'session', params: { id: row.session_id, project: context.project } },
      { class: 'quiet-link' },
      cells.name(row.session_name ?? row.session_id),
    )
    : el('span', { class: 'unknown', title: 'No span of this trace carries a session' }, format.UNKNOWN)),
};

/** @type {Column} */
const MODEL = {
  id: 'model',
  title: 'Model',
  width: '8.2rem',
  cell: (row) => (row.model ? cells.name(row.model) : el('span', { class: 'unknown' }, format.UNKNOWN)),
};

/** @type {Column[]} */
const TRACE_TAIL = [
  {
    id: 'metadata',
    title: 'Metadata',
    width: '14rem',
    optional: true,
    cell: (row) => cells.metadataChips(row.metadata, 3) ?? el('span', { class: 'unknown' }, format.UNKNOWN),
  },
  TAGS,
  PROJECT,
];

/** @type {Column} */
const STARTED = {
  id: 'started',
  title: 'Started',
  width: '7.25rem',
  sort: 'start_time',
  end: true,
  cell: (row) => cells.timeAgo(row.start_time),
};

/** @type {Column} */
const LATENCY = {
  id: 'latency',
  title: 'Latency',
  width: '5.4rem',
  sort: 'duration_ms',
  end: true,
  cell: (row) => format.duration(row.duration_ms),
};

/** @type {Column} */
const STATUS = { id: 'status', title: 'Status', width: '6.4rem', cell: (row) => cells.statusBadge(row.status) };

/** @type {Column} */
const USER = {
  id: 'user',
  title: 'User',
  width: '7.8rem',
  cell: (row, context) => cells.userLink(row.user_id, row.project ?? context.project),
};

/** @type {Column[]} */
export const TRACE_COLUMNS = [
  {
    id: 'trace',
    title: 'Trace',
    width: '10.5rem',
    cell: (row, context) =>
      el(
        'div',
        { class: 'stack' },
        el(
          'span',
          { class: 'line' },
          link(traceRoute(row, context), { class: 'row-link' }, cells.name(row.name || row.trace_id)),
        ),
        cells.copyableID(row.trace_id, 'trace ID'),
      ),
  },
  { id: 'input', title: 'Input', width: '', className: 'text', cell: (row) => cells.userText(row.input, 'clamp') },
  { id: 'output', title: 'Output', width: '', className: 'text', cell: (row) => cells.userText(row.output, 'clamp') },
  STATUS,
  SESSION_OF_TRACE,
  USER,
  MODEL,
  LATENCY,
  ...AMOUNTS,
  { id: 'spans', title: 'Spans', width: '4.2rem', end: true, cell: (row) => format.count(row.span_count) },
  STARTED,
  ...TRACE_TAIL,
];

/** @type {Column[]} */
export const SPAN_COLUMNS = [
  {
    id: 'trace',
    title: 'Span',
    width: '12rem',
    cell: (row, context) =>
      el(
        'div',
        { class: 'stack' },
        el(
          'span',
          { class: 'line' },
          kindMark(row.kind),
          link(traceRoute(row, context), { class: 'row-link' }, cells.name(row.name || row.span_id)),
        ),
        cells.copyableID(row.span_id, 'span ID'),
      ),
  },
  {
    id: 'kind',
    title: 'Kind',
    width: '6.5rem',
    optional: true,
    cell: (row) => el('span', { class: 'kind-name' }, String(row.kind ?? 'other').toLowerCase()),
  },
  { id: 'input', title: 'Input', width: '', className: 'text', cell: (row) => cells.userText(row.input, 'clamp') },
  { id: 'output', title: 'Output', width: '', className: 'text', cell: (row) => cells.userText(row.output, 'clamp') },
  STATUS,
  SESSION_OF_TRACE,
  USER,
  MODEL,
  LATENCY,
  ...AMOUNTS,
  STARTED,
  ...TRACE_TAIL,
];

/** @type {Column[]} */
export const USER_COLUMNS = [
  {
    id: 'user-id',
    title: 'User',
    width: '',
    cell: (row, context) =>
      el(
        'span',
        { class: 'line' },
        icon('user', 'faint'),
        link(userRoute(row, context), { class: 'row-link' }, cells.name(row.user_id)),
      ),
  },
  { ...PROJECT, width: '14rem', optional: false },
  {
    id: 'sessions',
    title: 'Sessions',
    width: '7rem',
    end: true,
    cell: (row, context) =>
      link(
        {
          view: 'sessions',
          params: { user_id: row.user_id, project: row.project ?? context.project },
        },
        { class: 'quiet-link' },
        format.count(row.session_count),
      ),
  },
  {
    id: 'traces',
    title: 'Traces',
    width: '7rem',
    sort: 'trace_count',
    end: true,
    cell: (row, context) =>
      link(
        { view: 'traces', params: { user_id: row.user_id, project: row.project ?? context.project } },
        { class: 'quiet-link' },
        format.count(row.trace_count),
      ),
  },
  ...AMOUNTS,
  { id: 'seen', title: 'First seen', width: '8rem', end: true, cell: (row) => cells.timeAgo(row.first_seen) },
  {
    id: 'activity',
    title: 'Last seen',
    width: '8rem',
    sort: 'end_time',
    end: true,
    cell: (row) => cells.timeAgo(row.last_seen),
  },
];

/**
 * The columns that an address asks for, or the usual ones.
 * @param {Column[]} all
 * @param {string | undefined} asked comma list of IDs
 */
export function chosenColumns(all, asked) {
  const wanted = asked ? new Set(asked.split(',')) : null;
  return all.filter((column, at) => at === 0 || (wanted ? wanted.has(column.id) : !column.optional));
}
