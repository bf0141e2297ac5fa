import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMarkdown } from '../../../../Sources/Server/Dashboard/markdown.js';
import { parseInline } from '../../../../Sources/Server/Dashboard/markdown-inline.js';

const text = (value) => ({ type: 'text', text: value });

test('headings, paragraphs with line breaks, rules', () => {
  assert.deepEqual(parseMarkdown('# One #\ntwo\nthree\n\n---\n####### no'), [
    { type: 'heading', level: 1, inlines: [text('One')] },
    { type: 'paragraph', inlines: [text('two'), { type: 'break' }, text('three')] },
    { type: 'rule' },
    { type: 'paragraph', inlines: [text('####### no')] },
  ]);
});

test('fences keep what is inside them, closed or not', () => {
  const [closed, open] = ['```js\n# x\n<b>\n```\nafter', '~~~\n```\nrest'].map(parseMarkdown);
  assert.deepEqual(closed, [{ type: 'code', language: 'js', text: '# x\n<b>' }, {
    type: 'paragraph',
    inlines: [text('after')],
  }]);
  assert.deepEqual(open, [{ type: 'code', language: '', text: '```\nrest' }]);
});

test('lists nest, count from where they start, and know tasks', () => {
  const [list] = parseMarkdown('3. a\n   - [x] b\n   - [ ] c\n4. d');
  assert.equal(list.ordered, true);
  assert.equal(list.start, 3);
  assert.equal(list.items.length, 2);
  assert.deepEqual(list.items[0].blocks[1].items.map((item) => item.checked), [true, false]);
});

test('a year at the start of a line is no list', () => {
  assert.equal(parseMarkdown('It was in\n1986. A year.')[0].type, 'paragraph');
});

test('tables with alignment and escaped bars', () => {
  const [table] = parseMarkdown('| a | b |\n|:-:|--:|\n| 1 \\| 2 | 3 |\n| only');
  assert.deepEqual(table.align, ['center', 'end']);
  assert.deepEqual(table.rows[0], [[text('1 | 2')], [text('3')]]);
  assert.equal(table.rows.length, 2);
});

test('quotes hold blocks', () => {
  const [quote] = parseMarkdown('> # h\n> > deep');
  assert.deepEqual(quote.blocks.map((block) => block.type), ['heading', 'quote']);
});

test('emphasis', () => {
  assert.deepEqual(parseInline('a **b *c* d** e'), [
    text('a '),
    { type: 'strong', children: [text('b '), { type: 'em', children: [text('c')] }, text(' d')] },
    text(' e'),
  ]);
  assert.deepEqual(parseInline('***x***'), [{ type: 'strong', children: [{ type: 'em', children: [text('x')] }] }]);
  assert.deepEqual(parseInline('~~x~~'), [{ type: 'del', children: [text('x')] }]);
});

test('what is no emphasis stays text', () => {
  for (const source of ['snake_case_name', '2 * 3 * 4', '**open', '_', '****', 'a ~ b', '**', '[x', '](', '![']) {
    assert.deepEqual(parseInline(source), [text(source)], source);
  }
});

test('code spans win over everything in them', () => {
  assert.deepEqual(parseInline('`` a`b **c** ``'), [{ type: 'code', text: 'a`b **c**' }]);
  assert.deepEqual(parseInline('`a'), [text('`a')]);
});

test('links keep their address as it was written; whoever renders it decides whether it may be followed', () => {
  assert.deepEqual(parseInline('[x](https://a.b/c_(d) "t")'), [{
    type: 'link',
    href: 'https://a.b/c_(d)',
    children: [text('x')],
  }]);
  assert.deepEqual(parseInline('![alt](https://a.b/i.png)'), [{
    type: 'link',
    href: 'https://a.b/i.png',
    children: [text('alt')],
  }]);
  assert.deepEqual(parseInline('see https://a.b/c.'), [text('see '), {
    type: 'link',
    href: 'https://a.b/c',
    children: [text('https://a.b/c')],
  }, text('.')]);
  assert.deepEqual(parseInline('<javascript:alert(1)>'), [text('<javascript:alert(1)>')]);
});

test('raw HTML is text', () => {
  assert.deepEqual(parseMarkdown('<script>alert(1)</script>'), [{
    type: 'paragraph',
    inlines: [text('<script>alert(1)</script>')],
  }]);
});

/** Every text of a tree, in order. */
function gather(node) {
  if (Array.isArray(node)) return node.map(gather).join('');
  if (node === null || typeof node !== 'object') return '';
  if (node.type === 'text' || node.type === 'code') return node.text;
  return Object.values(node).map(gather).join('');
}

test('random input: nothing throws, no word is lost', () => {
  let seed = 42;
  const random = (n) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return (seed >> 8) % n;
  };
  const pieces = [
    '*',
    '**',
    '_',
    '`',
    '```\n',
    '~~',
    '[',
    '](',
    ')',
    '![',
    '\n',
    '\n\n',
    '> ',
    '- ',
    '1. ',
    '# ',
    '|',
    '|-|\n',
    '\\',
    '<',
    '  ',
    'http://x.y ',
  ];
  for (let round = 0; round < 3000; round += 1) {
    const words = [];
    let source = '';
    for (let at = 0; at < 30; at += 1) {
      if (random(3) === 0) {
        words.push(`w${round}x${at}w`);
        source += words.at(-1);
      } else {
        source += pieces[random(pieces.length)];
      }
    }
    const seen = gather(parseMarkdown(source));
    // A word may be an address or a language, or stand beyond the columns of a table's head.
    const kept = words.filter((word) => seen.includes(word) || JSON.stringify(parseMarkdown(source)).includes(word));
    if (!source.includes('|')) assert.deepEqual(kept, words, JSON.stringify(source));
  }
});

test('a megabyte of the worst takes time that grows with its length', () => {
  const worst = {
    backticks: '`'.repeat(1e6),
    brackets: '['.repeat(1e6),
    links: '[a]('.repeat(250_000),
    stars: '*a '.repeat(333_000),
    mixed: '**a*b'.repeat(200_000),
    underscores: '_'.repeat(1e6),
    quotes: '>'.repeat(1e6),
    deep: `${'> '.repeat(100)}a\n`.repeat(5000),
    items: '- a\n'.repeat(250_000),
    bars: `${'|'.repeat(1e6)}\n|-`,
    rules: `${'* '.repeat(490)}x\n`.repeat(1000),
    http: 'http'.repeat(250_000),
    spaces: `${' '.repeat(1e6)}x`,
    fences: '```\n'.repeat(250_000),
  };
  for (const [name, source] of Object.entries(worst)) {
    const start = process.cpuUsage();
    parseMarkdown(source);
    const { user, system } = process.cpuUsage(start);
    // Of the CPU: what else the machine does is not what is looked at.
    const took = (user + system) / 1000;
    assert.ok(took < 3000, `${name}: ${took.toFixed(0)} ms`);
  }
});
