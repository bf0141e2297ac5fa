// The kinds of work that spans do. Pure.

export const KINDS = [
  'llm',
  'agent',
  'chain',
  'tool',
  'retriever',
  'embedding',
  'reranker',
  'guardrail',
  'evaluator',
  'other',
];

/** The name under which a kind has its colour and shape. @param {string | null | undefined} kind */
export function kindName(kind) {
  const name = String(kind ?? '').toLowerCase();
  return KINDS.includes(name) ? name : 'other';
}
