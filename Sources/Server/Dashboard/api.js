// Questions to the server: the public API and nothing else, at the origin and path that this module came from.

const BASE = new URL('../../', import.meta.url);

/** The address that an SDK is pointed at. */
export const ORIGIN = BASE.href.replace(/\/$/, '');

/** What the server says it can't do, as RFC 9457 has it. */
export class ApiError extends Error {
  /** @param {number} status @param {any} problem */
  constructor(status, problem) {
    super(problem?.detail || problem?.title || problem?.message || `the server answered ${status}`);
    this.status = status;
    /** @type {string | null} */
    this.parameter = problem?.parameter ?? null;
    /** Where in the value of the parameter the trouble begins, in Unicode characters from 1. @type {number | null} */
    this.position = Number.isInteger(problem?.position) ? problem.position : null;
    this.title = problem?.title ?? null;
  }
}

/** Routes that answered that they do not exist, so that they are not asked again. @type {Set<string>} */
const absent = new Set();

/** @param {string} route the first segments of a path that stand for a feature */
export function isAbsent(route) {
  return absent.has(route);
}

/** @param {string} path relative to the root @param {Record<string, any>} [question] */
export function address(path, question = {}) {
  const url = new URL(path, BASE);
  for (const [name, value] of Object.entries(question)) {
    if (value !== undefined && value !== null && value !== '') url.searchParams.append(name, String(value));
  }
  return url;
}

/** A path of the API; every part is escaped. @param {string[]} parts */
export function path(...parts) {
  return `api/v1/${parts.map(encodeURIComponent).join('/')}`;
}

/**
 * Shows the server a key. It answers with a cookie that no script can read, and that event streams carry, too.
 * @param {string} key
 */
export async function signIn(key) {
  const response = await fetch(address(path('sign-in')), {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key }),
  });
  if (!response.ok) throw new ApiError(response.status, await response.json().catch(() => null));
}

/** @type {(ask: () => Promise<void>) => void} */
let takeAsker;
/** Who asks for a key. The first answer may be here before the part of the page that asks. */
const asker = /** @type {Promise<() => Promise<void>>} */ (new Promise((resolve) => {
  takeAsker = resolve;
}));

/** @param {() => Promise<void>} ask runs when the server wants a key: resolves once there is one */
export function onKeyNeeded(ask) {
  takeAsker(ask);
}

/** Resolves once a person has shown a key; null while none is asked for. @type {Promise<void> | null} */
let locked = null;

/** Whether questions wait for a key. */
export function isLocked() {
  return locked !== null;
}

/** Whether the server answered when it was last asked; null before. @type {boolean | null} */
let answers = null;
/** @type {(answers: boolean) => void} */
let hear = () => {};

/** @param {(answers: boolean) => void} run hears after each question whether the server answers */
export function onContact(run) {
  hear = run;
  if (answers !== null) run(answers);
}

/** @param {boolean} well */
function tellContact(well) {
  answers = well;
  hear(well);
}

/** @param {string} path @param {RequestInit} init @returns {Promise<Response>} */
async function send(path, init, question = {}) {
  await locked;
  const response = await fetch(address(path, question), { credentials: 'same-origin', ...init }).catch((error) => {
    if (!isAbort(error)) tellContact(false);
    throw error;
  });
  if (response.status !== 401) tellContact(true);
  if (response.status === 401) {
    locked ??= asker.then((ask) => ask()).finally(() => {
      locked = null;
    });
    return send(path, init, question);
  }
  if (!response.ok) throw new ApiError(response.status, await response.json().catch(() => null));
  return response;
}

/** Answers that are on their way before a view asks for them. @type {Map<string, Promise<any>>} */
const ahead = new Map();

/** Asks a question that a view is about to ask. @param {string} path @param {Record<string, any>} [question] */
export function askAhead(path, question = {}) {
  const answer = get(path, question);
  // Whoever takes the answer hears of its failure.
  answer.catch(() => {});
  ahead.set(address(path, question).href, answer);
}

/**
 * @param {string} path @param {Record<string, any>} [question] @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function get(path, question = {}, signal = undefined) {
  const key = address(path, question).href;
  const waiting = ahead.get(key);
  if (waiting) {
    ahead.delete(key);
    return waiting;
  }
  const response = await send(path, { signal }, question);
  return response.json();
}

/**
 * Like `get`, for what this server may not have: null then, without asking again.
 * @param {string} feature @param {string} path @param {Record<string, any>} [question] @param {AbortSignal} [signal]
 */
export async function getIfPresent(feature, path, question = {}, signal = undefined) {
  if (absent.has(feature)) return null;
  try {
    return await get(path, question, signal);
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 405 || error.status === 501)) {
      absent.add(feature);
      return null;
    }
    throw error;
  }
}

/**
 * @param {'PATCH' | 'DELETE' | 'POST'} method
 * @param {string} path
 * @param {any} [body]
 * @param {Record<string, any>} [question]
 */
export async function change(method, path, body = undefined, question = {}) {
  const init = body === undefined
    ? { method }
    : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await send(path, init, question);
  const text = await response.text();
  return text ? JSON.parse(text) : null;
}

/** The methods a kind of path was found to answer. @type {Map<string, Promise<Set<string>>>} */
const methods = new Map();

/**
 * Which methods this server answers at a path: none where it has no such path. Asked once for each kind of path.
 * @param {string} kind @param {string} path
 */
export function allowedMethods(kind, path) {
  const known = methods.get(kind);
  if (known) return known;
  const answer = send(path, { method: 'OPTIONS' })
    .then((response) => new Set((response.headers.get('allow') ?? '').split(/,\s*/)))
    .catch(() => /** @type {Set<string>} */ (new Set()));
  methods.set(kind, answer);
  return answer;
}

/** A file to save, with the name the server gives it. @param {string} path @param {Record<string, any>} question */
export async function download(path, question) {
  const response = await send(path, {}, question);
  const name = /filename="([^"/\\]{1,200})"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  return { blob: await response.blob(), name };
}

/** What a person reads when a question failed. @param {unknown} error */
export function explain(error) {
  if (error instanceof ApiError) return error.message;
  if (error instanceof TypeError) return 'Steno does not answer. Is it still running?';
  return error instanceof Error ? error.message : String(error);
}

/** @param {unknown} error */
export function isAbort(error) {
  return error instanceof DOMException && error.name === 'AbortError';
}
