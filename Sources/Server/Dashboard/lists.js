// What the lists show, and what a row of theirs is.
import {
  SESSION_COLUMNS,
  sessionRoute,
  SPAN_COLUMNS,
  TRACE_COLUMNS,
  traceRoute,
  USER_COLUMNS,
  userRoute,
} from './columns.js';

/** @typedef {import('./route.js').Route} Route */

/**
 * @typedef {{ title: string, noun: string, columns: any[], key: (row: any) => string,
 *   route: (row: any, context: any) => Route }} List
 * @type {Record<string, List>}
 */
export const LISTS = {
  sessions: { title: 'Sessions', noun: 'session', columns: SESSION_COLUMNS, key: (row) => row.id, route: sessionRoute },
  traces: {
    title: 'LLM Tracing',
    noun: 'trace',
    columns: TRACE_COLUMNS,
    key: (row) => row.trace_id,
    route: traceRoute,
  },
  spans: {
    title: 'LLM Tracing',
    noun: 'span',
    columns: SPAN_COLUMNS,
    key: (row) => `${row.trace_id}/${row.span_id}`,
    route: traceRoute,
  },
  users: {
    title: 'Users',
    noun: 'user',
    columns: USER_COLUMNS,
    key: (row) => `${row.project}\u0000${row.user_id}`,
    route: userRoute,
  },
};
