// A span as OTLP/JSON, from what the API tells of it. Pure.
import { instant } from './format.js';

/** In the order of the enumeration SpanKind of OTLP's trace.proto. */
const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

/** @param {unknown} value @returns {any} an OTLP AnyValue */
function anyValue(value) {
  if (value === null || value === undefined) return {};
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  switch (typeof value) {
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
    case 'object':
      return { kvlistValue: { values: keyValues(/** @type {any} */ (value)) } };
    default:
      return { stringValue: String(value) };
  }
}

/** @param {Record<string, unknown> | null | undefined} attributes */
function keyValues(attributes) {
  return Object.entries(attributes ?? {}).map(([key, value]) => ({ key, value: anyValue(value) }));
}

/** @param {string | null | undefined} time */
function nanoseconds(time) {
  const at = instant(time);
  return at ? `${BigInt(at.ms) * 1_000_000n + BigInt(at.ns)}` : undefined;
}

/** @param {unknown} name */
function kindNumber(name) {
  const at = KINDS.indexOf(String(name));
  return at >= 0 ? at : Number(name) || 0;
}

/** @param {any} status */
function statusOf(status) {
  const code = String(status?.code ?? status ?? '').toUpperCase().replace('STATUS_CODE_', '');
  return {
    ...(code === 'ERROR' ? { code: 2 } : code === 'OK' ? { code: 1 } : {}),
    ...(status?.message ? { message: status.message } : {}),
  };
}

/** @param {any} detail the API's answer for one span */
export function spanToOTLP(detail) {
  const span = {
    traceId: detail.trace_id,
    spanId: detail.span_id,
    parentSpanId: detail.parent_span_id ?? undefined,
    traceState: detail.trace_state || undefined,
    flags: detail.flags,
    name: detail.name,
    kind: kindNumber(detail.span_kind),
    startTimeUnixNano: nanoseconds(detail.start_time),
    endTimeUnixNano: nanoseconds(detail.end_time),
    attributes: keyValues(detail.attributes),
    droppedAttributesCount: detail.dropped_attributes_count,
    events: (detail.events ?? []).map((/** @type {any} */ event) => ({
      timeUnixNano: nanoseconds(event.time),
      name: event.name,
      attributes: keyValues(event.attributes),
    })),
    links: (detail.links ?? []).map((/** @type {any} */ link) => ({
      traceId: link.trace_id,
      spanId: link.span_id,
      attributes: keyValues(link.attributes),
    })),
    status: statusOf(detail.status),
  };
  return {
    resourceSpans: [{
      resource: { attributes: keyValues(detail.resource?.attributes ?? detail.resource) },
      scopeSpans: [{
        scope: {
          name: detail.scope?.name,
          version: detail.scope?.version,
          attributes: keyValues(detail.scope?.attributes),
        },
        spans: [span],
      }],
    }],
  };
}
