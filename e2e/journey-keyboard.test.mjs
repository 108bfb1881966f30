// Everything by the keys alone: the workbench's own, and Tab and Enter for everybody (quality 4).
import assert from 'node:assert/strict';
import { looksRight, people, signIn, story } from './lib.mjs';
import { acegua, formFor, send, upToReview } from './steps.mjs';

const desk = (v) => v.js && v.width === 1280 && v.engine === 'sqlite';
const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());

// focusIsSeen: whatever has the focus is drawn with a ring (WCAG 2.4.7).
async function focusIsSeen(page) {
  const ring = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== 'none';
  });
  assert.ok(ring, `the focus on "${await focused(page)}" is seen`);
}

// tabTo walks by Tab until the element with this id, or these words, has the focus.
async function tabTo(page, wanted) {
  for (let n = 0; n < 60; n++) {
    await page.keyboard.press('Tab');
    await focusIsSeen(page);
    if ((await focused(page)) === wanted) return;
  }
  assert.fail(`Tab never reaches ${wanted}`);
}

async function closeTheKeys(page) {
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
}

async function key(page, name) {
  const next = page.waitForEvent('framenavigated');
  await page.keyboard.press(name);
  await next;
  await page.waitForLoadState('load');
}

story('Elisa works through a case without touching the mouse', async ({ visitor }) => {
  const ana = await visitor();
  await ana.goto(formFor(acegua));
  await signIn(ana, people.ana);
  await upToReview(ana);
  const protocol = await send(ana);

  const elisa = await visitor();
  await signIn(elisa, people.elisa);
  await elisa.goto('/servidor/fila');
  await elisa.keyboard.press('?');
  const listed = await elisa.locator('dialog').innerText();
  for (const [k, what] of [['n', 'Pegar o próximo caso'], ['j', 'Próxima linha'], ['k', 'Linha anterior'], ['Enter', 'Abrir a linha'], ['/', 'Buscar']]) {
    assert.match(listed, new RegExp(`^${k === '/' ? '/' : k}\\s*${what}`, 'm'));
  }
  await looksRight(elisa, 'fila-teclas');
  await closeTheKeys(elisa);
  await elisa.keyboard.press('/');
  assert.equal(await focused(elisa), 'q');
  await elisa.keyboard.type('sofa');
  await key(elisa, 'Enter');
  await elisa.keyboard.press('j');
  assert.equal(await focused(elisa), protocol);
  await focusIsSeen(elisa);
  await key(elisa, 'Enter');
  assert.match(elisa.url(), new RegExp(`/servidor/casos/${protocol}`));

  await key(elisa, 't');
  await elisa.getByText('O caso é seu').waitFor();
  await elisa.keyboard.press('?');
  const acts = await elisa.locator('dialog').innerText();
  for (const what of ['Largar', 'Mensagem ao consumidor', 'Pedir informação ou documento', 'Nota interna', 'Encaminhar a outro órgão', 'Encerrar o caso', 'Pegar o próximo caso', 'Voltar à fila']) {
    assert.ok(acts.includes(what), `the list of keys names: ${what}`);
  }
  await looksRight(elisa, 'caso-teclas');
  await closeTheKeys(elisa);

  for (const [k, field] of [['m', 'mensagem-mensagem'], ['o', 'nota-mensagem'], ['e', 'encaminhar-orgao'], ['c', 'encerrar-resultado'], ['p', 'pedido-mensagem']]) {
    await elisa.evaluate(() => document.activeElement.blur());
    await elisa.keyboard.press(k);
    assert.equal(await focused(elisa), field, `the key ${k}`);
    assert.ok(await elisa.locator(`#${field}`).isVisible(), `${field} is open`);
    await focusIsSeen(elisa);
  }
  await elisa.keyboard.type('Envie a nota fiscal, por favor.');
  await tabTo(elisa, 'Enviar pedido');
  await key(elisa, 'Enter');
  await elisa.getByText('Pedido enviado').waitFor();
  await key(elisa, 'b');
  assert.match(elisa.url(), /\/servidor\/fila\?q=sofa/, 'back to the place in the queue');
  await key(elisa, 'n');
  assert.match(await elisa.locator('main').innerText(), /sem responsável|ninguém|Nenhum/i);
}, desk);

story('Ana fills a step with Tab and Enter, and the mistakes take her to their field', async ({ visitor }) => {
  const ana = await visitor();
  await ana.goto('/');
  await ana.keyboard.press('Tab');
  assert.equal(await focused(ana), 'Ir para o conteúdo');
  await focusIsSeen(ana);
  await signIn(ana, people.ana);
  await ana.goto(formFor(acegua));
  await tabTo(ana, 'Continuar');
  await key(ana, 'Enter');
  await tabTo(ana, 'Escreva o CEP da sua casa.');
  await ana.keyboard.press('Enter');
  assert.equal(await focused(ana), 'cep');
  await ana.keyboard.type('96445000');
  for (const [field, words] of [['logradouro', 'Rua do Campo'], ['numero', '7'], ['bairro', 'Centro']]) {
    await tabTo(ana, field);
    await ana.keyboard.type(words);
  }
  await key(ana, 'Enter');
  await ana.getByRole('heading', { level: 1, name: 'Qual é a empresa?' }).waitFor();
}, desk);
