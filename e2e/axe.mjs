import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { withTimers } from './scripts.mjs';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// violations runs axe in the page and returns one line for each element that breaks a rule.
export async function violations(page) {
  const { violations } = await withTimers(page, async () => {
    await page.evaluate(source);
    return page.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: 'tag', values } }), tags);
  });
  return violations.flatMap((rule) => rule.nodes.map((node) => describe(rule, node)));
}

function describe(rule, node) {
  const why = [...node.any, ...node.all, ...node.none].map((check) => check.message).join('; ');
  return `  ${rule.id} (${rule.impact}) at ${node.target.join(' ')}: ${why}\n    ${node.html.slice(0, 200)}`;
}
