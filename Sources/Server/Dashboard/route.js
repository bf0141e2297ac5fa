// The address of every state of the page, as a query on the one root path: links stay relative whatever path a proxy
// puts in front. Pure.

/**
 * @typedef {{ view: string, params: Record<string, string | undefined> }} Route
 *   A parameter that is undefined is not there.
 */

/** Parameters that the lists of the API share, in the order in which an address names them. */
export const LIST_PARAMETERS = [
  'user_id',
  'session_id',
  'session',
  'from',
  'to',
  'status',
  'model',
  'tag',
  'service',
  'min_duration_ms',
  'min_tokens',
  'bookmarked',
  'q',
  'filter',
  'sort',
];

const LIST = ['project', 'range', ...LIST_PARAMETERS];

/** View → the parameters it knows. */
const VIEWS = /** @type {Record<string, string[]>} */ ({
  traces: ['rows', 'columns', ...LIST],
  sessions: ['columns', ...LIST],
  users: ['columns', ...LIST],
  session: ['project', 'id', 'turn', 'show'],
  trace: ['project', 'id', 'show', 'span', 'pane', 'zoom'],
  user: ['project', 'id', 'rows'],
  search: ['project', 'q'],
  connect: ['project'],
});

export const DEFAULT_VIEW = 'sessions';

/** The order of a list that nobody asked for another. */
export const DEFAULT_SORT = '-end_time';

/** Rows of a list's first page: what a tall window shows. The server asks for them ahead (`PageFiles.swift`). */
export const FIRST_ROWS = 20;

const LISTS = /** @type {Record<string, string>} */ ({
  sessions: 'api/v1/sessions',
  traces: 'api/v1/traces',
  spans: 'api/v1/spans',
  users: 'api/v1/users',
});

const PRESETS = /** @type {Record<string, number>} */ ({
  '15m': 15,
  '1h': 60,
  '6h': 360,
  '24h': 1440,
  '7d': 10080,
  '30d': 43200,
});

/** The time ranges that count back from now. */
export const RANGES = Object.keys(PRESETS);

/** @param {string} search as in `location.search` @returns {Route} */
export function parseRoute(search) {
  const query = new URLSearchParams(search);
  const asked = query.get('view') ?? DEFAULT_VIEW;
  const view = Object.hasOwn(VIEWS, asked) ? asked : DEFAULT_VIEW;
  /** @type {Record<string, string>} */
  const params = {};
  for (const name of VIEWS[view]) {
    const value = query.get(name);
    if (value !== null && value !== '') params[name] = value;
  }
  if (params.range && !Object.hasOwn(PRESETS, params.range)) delete params.range;
  return { view, params };
}

/** The one address of a state: parameters in a fixed order, none that the view does not know. @param {Route} route */
export function formatRoute(route) {
  const view = Object.hasOwn(VIEWS, route.view) ? route.view : DEFAULT_VIEW;
  const query = new URLSearchParams([['view', view]]);
  for (const name of VIEWS[view]) {
    const value = route.params[name];
    if (value !== undefined && value !== null && value !== '') query.append(name, value);
  }
  return `?${query}`;
}

/**
 * The same state with some parameters changed; undefined removes one.
 * @param {Route} route
 * @param {Record<string, string | undefined>} changes
 */
export function withParams(route, changes) {
  const params = { ...route.params };
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') delete params[name];
    else params[name] = value;
  }
  return { view: route.view, params };
}

/**
 * What the API is asked for a list in this state. A range that counts back starts at a whole minute, so that the
 * question stays the same for a while.
 * @param {Route} route @param {number} now ms since 1970
 */
export function listQuestion(route, now) {
  /** @type {Record<string, string>} */
  const question = {};
  for (const name of ['project', ...LIST_PARAMETERS]) {
    if (route.params[name] !== undefined) question[name] = route.params[name];
  }
  const minutes = PRESETS[route.params.range ?? ''];
  if (minutes) {
    const start = Math.floor(now / 60000) * 60000 - minutes * 60000;
    question.from = new Date(start).toISOString();
    delete question.to;
  }
  return question;
}

/** Which kind of row a list shows; null where the view is no list. @param {Route} route */
export function listKind(route) {
  if (route.view === 'traces' && route.params.rows === 'spans') return 'spans';
  return Object.hasOwn(LISTS, route.view) ? route.view : null;
}

/** The path of the API that answers a list; null where the view is no list. @param {Route} route */
export function listPath(route) {
  const kind = listKind(route);
  return kind ? LISTS[kind] : null;
}

/** How many parameters narrow the list. @param {Route} route */
export function narrowing(route) {
  return ['range', ...LIST_PARAMETERS].filter((name) => name !== 'sort' && route.params[name] !== undefined);
}

const TABS = /** @type {Record<string, string>} */ ({
  traces: 'traces',
  trace: 'traces',
  sessions: 'sessions',
  session: 'sessions',
  users: 'users',
  user: 'users',
});

/** The tab that a view belongs to; null for none. @param {string} view */
export function tabOf(view) {
  return TABS[view] ?? null;
}
