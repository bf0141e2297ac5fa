// Typed pieces of a message: text, pictures that were sent inline, files, tool calls and what they gave.
import { el, outside, safeAddress } from './dom.js';
import * as format from './format.js';
import { icon } from './icons.js';
import { copyButton } from './notices.js';
import { prettyJSON, richText } from './rich-text.js';

const PICTURE = /^data:(image\/(?:png|jpeg|gif|webp|avif|bmp));base64,/i;
const PICTURE_CHARACTERS_MAX = 24_000_000;

/** @param {any} part */
function partText(part) {
  return typeof part === 'string' ? part : part?.text ?? (typeof part?.content === 'string' ? part.content : '');
}

/** The address of an image part, in any of the shapes that producers use. @param {any} part */
function pictureAddress(part) {
  const image = part.image_url ?? part.image ?? part.source ?? part.url ?? part.data ?? part.content;
  const address = typeof image === 'string' ? image : image?.url ?? image?.data ?? '';
  const type = part.mime_type ?? part.media_type ?? image?.media_type ?? image?.mime_type;
  if (address && !/^[a-z]+:/i.test(address) && type) return `data:${type};base64,${address}`;
  return String(address);
}

/**
 * A picture drawn from its bytes. The content policy lets no address but the page's own be an image, and a canvas
 * runs nothing that an SVG could carry.
 * @param {string} address
 */
function picture(address) {
  const match = PICTURE.exec(address.slice(0, 64));
  if (!match) {
    const link = safeAddress(address);
    return el(
      'p',
      { class: 'part-note' },
      icon('file'),
      el('span', {}, 'Image', link ? [' at ', outside(link, link.slice(0, 120))] : ' (not shown)'),
    );
  }
  const canvas = el('canvas', { class: 'picture', role: 'img', 'aria-label': `Image, ${match[1]}` });
  const figure = el('figure', {}, canvas);
  draw(canvas, address.slice(match[0].length), match[1]).catch(() => {
    figure.replaceChildren(el('p', { class: 'part-note' }, icon('warning'), 'Image that can’t be decoded'));
  });
  return figure;
}

/** @param {HTMLCanvasElement} canvas @param {string} base64 @param {string} type */
async function draw(canvas, base64, type) {
  if (base64.length > PICTURE_CHARACTERS_MAX) throw new RangeError('too large');
  const binary = atob(base64);
  const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type }));
  const scale = Math.min(1, 1200 / Math.max(bitmap.width, bitmap.height));
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  canvas.setAttribute('aria-label', `Image, ${type}, ${bitmap.width} × ${bitmap.height}`);
  bitmap.close();
}

/** @param {any} part @returns {import('./dom.js').Child} */
export function messagePart(part) {
  const type = String(part?.type ?? 'text').toLowerCase();
  if (typeof part === 'string' || type === 'text' || type === 'output_text' || type === 'input_text') {
    const text = partText(part);
    return text ? richText(text) : null;
  }
  if (type.includes('image')) return picture(pictureAddress(part));
  if (type === 'tool_call' || type === 'function_call') return toolCall(part);
  if (type.startsWith('tool_') || type === 'function_response') return toolResult(part);
  if (type === 'reasoning' || type === 'thinking') {
    return el('details', { class: 'fold' }, el('summary', {}, 'Reasoning'), richText(partText(part)));
  }
  const address = pictureAddress(part);
  return el(
    'p',
    { class: 'part-note' },
    icon('file'),
    type.slice(0, 1).toUpperCase() + type.slice(1),
    part.name ? ` · ${format.visible(part.name)}` : '',
    safeAddress(address) ? [' · ', outside(address, address.slice(0, 120))] : '',
    part.value === undefined
      ? null
      : el('code', { class: 'tool-brief', dir: 'auto' }, JSON.stringify(part.value).slice(0, 300)),
  );
}

/** @param {any} call */
function callName(call) {
  return call?.name ?? call?.function?.name ?? call?.tool_name ?? 'tool';
}

/** @param {any} call */
function callArguments(call) {
  const value = call?.arguments ?? call?.function?.arguments ?? call?.input ?? call?.args;
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? prettyJSON(value) ?? value : JSON.stringify(value, null, 2);
}

/** @param {any} call @param {any} [result] what the tool gave, where it is known */
export function toolCall(call, result = undefined) {
  const given = callArguments(call);
  const gave = result ?? call.result ?? call.output;
  const brief = given.replace(/\s+/g, ' ');
  return el(
    'details',
    { class: 'fold tool' },
    el(
      'summary',
      {},
      icon('tool'),
      el('bdi', { class: 'tool-name', dir: 'auto' }, format.visible(callName(call))),
      el('span', { class: 'tool-brief', dir: 'auto' }, brief.length > 120 ? `${brief.slice(0, 119)}…` : brief),
    ),
    call.id ? el('p', { class: 'faint id-line' }, el('code', {}, format.visible(call.id))) : null,
    jsonBlock(given || '(no arguments)', 'Arguments'),
    gave !== undefined && gave !== null ? jsonBlock(asText(gave), 'Result') : null,
  );
}

/** @param {any} part */
export function toolResult(part) {
  const value = part.result ?? part.response ?? part.content ?? part.output ?? part.text ?? '';
  return el(
    'details',
    { class: 'fold tool' },
    el(
      'summary',
      {},
      icon('tool'),
      'Result',
      part.name ? [' of ', el('bdi', { class: 'tool-name' }, format.visible(part.name))] : null,
    ),
    jsonBlock(asText(value), 'Result'),
  );
}

/** @param {any} value */
function asText(value) {
  return typeof value === 'string' ? prettyJSON(value) ?? value : JSON.stringify(value, null, 2);
}

/** @param {string} text @param {string} label */
function jsonBlock(text, label) {
  return el(
    'div',
    { class: 'labelled' },
    el('div', { class: 'fence-head' }, el('span', {}, label), copyButton(text, label.toLowerCase())),
    el(
      'pre',
      { class: 'json', dir: 'auto', tabindex: '0', role: 'region', 'aria-label': label },
      el('code', {}, text.length > 20_000 ? `${text.slice(0, 20_000)}…` : text),
    ),
  );
}

/**
 * A message with its parts; plain text where it has none.
 * @param {any} message
 * @returns {import('./dom.js').Child[]}
 */
export function messageBody(message) {
  if (!message) return [];
  const parts = Array.isArray(message.parts) ? message.parts : Array.isArray(message.content) ? message.content : [];
  const typed = parts.some((/** @type {any} */ part) =>
    typeof part === 'object' && part?.type && !/text$/.test(String(part.type))
  );
  if (typed) return parts.map(messagePart);
  const text = typeof message.content === 'string' ? message.content : parts.map(partText).join('\n\n');
  return text ? [richText(text)] : [];
}
