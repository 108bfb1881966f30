// What app.js adds to pages, each comfort by itself, on small pages served by the test.
import { test as plainTest } from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withBrowser } from './lib.mjs';

const test = (name, fn) => plainTest(name, { timeout: 30_000 }, fn);
const script = readFileSync(new URL('../internal/web/ui/static/app.js', import.meta.url), 'utf8');

// site serves body at every address but the script's, and keeps what was posted.
async function site(t, body, bodyClass = '', status = 204) {
  const posts = [];
  const html = `<!doctype html><html lang="pt-BR"><head><meta charset="utf-8"><title>Prova</title>
    <script type="module" src="/app.js"></script></head><body class="${bodyClass}"><main><h1>Prova</h1>${body}</main></body></html>`;
  const server = createServer((request, response) => {
    let sent = '';
    request.on('data', (part) => { sent += part; });
    request.on('end', () => {
      if (request.url === '/app.js') return response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
      if (request.url === '/favicon.ico') return response.writeHead(204).end();
      if (request.method === 'GET') return response.writeHead(200, { 'content-type': 'text/html' }).end(html);
      posts.push({ path: request.url, body: sent });
      if (request.url === '/lento') return setTimeout(() => response.writeHead(303, { location: '/feito' }).end(), 3000);
      response.writeHead(status).end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return { origin: `http://127.0.0.1:${server.address().port}`, posts };
}

// on opens the page and hands it over.
async function on(t, body, fn, { work = false, status } = {}) {
  const { origin, posts } = await site(t, body, work ? 'work' : '', status);
  await withBrowser(origin, { width: 1280, js: true }, async (visitor) => {
    const page = await visitor();
    await page.goto('/');
    await fn(page, posts);
  });
}

const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.className);

test('the error summary has the focus', (t) =>
  on(t, '<div class="problems" tabindex="-1"><a href="#a">Falta o nome</a></div>', async (page) => {
    assert.equal(await focused(page), 'problems');
  }));

test('a form is sent once, with the name of its button, and can be sent again after coming back', (t) =>
  on(t, '<form method="post" action="/lento"><button id="b" name="ato" value="enviar">Enviar</button></form>', async (page, posts) => {
    const meanwhile = await page.evaluate(() => new Promise((tell) => {
      const b = document.getElementById('b');
      b.click();
      setTimeout(() => { b.click(); tell(b.textContent); }, 50);
    }));
    assert.equal(meanwhile, 'Enviando…');
    await page.waitForURL('**/feito');
    assert.deepEqual(posts, [{ path: '/lento', body: 'ato=enviar' }]);
    await page.goBack();
    assert.equal(await page.locator('#b').isEnabled(), true);
    assert.equal(await page.locator('#b').textContent(), 'Enviar');
  }));

test('a dangerous button asks first: no does nothing, yes does it', (t) =>
  on(t, '<form method="post" action="/apagar"><button data-confirm="Remover?">Remover <kbd class="kbd">r</kbd></button></form>', async (page, posts) => {
    await page.getByRole('button', { name: 'Remover' }).click();
    await page.getByRole('button', { name: 'Voltar' }).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    assert.equal(posts.length, 0);
    await page.getByRole('button', { name: 'Remover' }).click();
    const answer = page.waitForResponse('**/apagar');
    await page.locator('dialog').getByRole('button', { name: 'Remover', exact: true }).click();
    await answer;
    assert.equal(posts.length, 1);
  }));

test('a long text counts its letters, as people do and not as the machine does', (t) =>
  on(t, '<textarea id="x" data-max="5"></textarea>', async (page) => {
    await page.fill('#x', 'ação👍');
    assert.equal(await page.locator('#x + p').textContent(), 'Ainda cabem 0 letras.');
    await page.fill('#x', 'açãozinha');
    assert.equal(await page.locator('#x + p').textContent(), 'Passou 4 letras do limite.');
  }));

test('the subjects follow the area, and an answer already given is kept', (t) =>
  on(t, `<form><select name="area" id="a"><option value="">Escolha</option><option value="1">Telefonia</option><option value="2" selected>Produtos</option></select>
    <select id="s" data-depends-on="area"><option value="">Escolha</option><optgroup label="Telefonia"><option value="cel">Celular</option></optgroup>
    <optgroup label="Produtos"><option value="gel" selected>Geladeira</option></optgroup></select></form>`, async (page) => {
    const shown = () => page.locator('#s optgroup').evaluateAll((groups) => groups.map((g) => g.label));
    assert.deepEqual(await shown(), ['Produtos']);
    assert.equal(await page.inputValue('#s'), 'gel');
    await page.selectOption('#a', '1');
    assert.deepEqual(await shown(), ['Telefonia']);
    assert.equal(await page.inputValue('#s'), '');
    await page.selectOption('#a', '');
    assert.deepEqual(await shown(), ['Telefonia', 'Produtos']);
  }));

test('money is written as in Brazil, and what is not money is left alone', (t) =>
  on(t, '<input id="v" inputmode="decimal"><button id="o" type="button">fora</button>', async (page) => {
    for (const [typed, shown] of [['1234,5', '1.234,50'], ['R$ 1.234,56', '1.234,56'], ['89.90', '89,90'], ['1.500', '1.500,00'], ['10', '10,00'], ['uns dez', 'uns dez'], ['-3', '-3']]) {
      await page.fill('#v', typed);
      await page.focus('#o');
      assert.equal(await page.inputValue('#v'), shown, typed);
    }
  }));

test('chosen files are listed and one above 20 MB is refused before it is sent', (t) =>
  on(t, '<form method="post" action="/x"><div><input type="file" id="f" multiple></div></form>', async (page) => {
    const folder = mkdtempSync(join(tmpdir(), 'guiche-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const files = [['nota <b>.pdf', 1_500_000], ['filme.mp4', 21 << 20]].map(([name, size]) => {
      writeFileSync(join(folder, name), '');
      truncateSync(join(folder, name), size);
      return join(folder, name);
    });
    await page.setInputFiles('#f', files);
    const rows = await page.locator('.filerow').allTextContents();
    assert.match(rows[0], /nota <b>\.pdf1,4 MB$/);
    assert.match(rows[1], /filme\.mp421 MBPassa de 20 MB/);
  }));

test('a draft keeps itself and says when', (t) =>
  on(t, '<form data-autosave="/rascunho"><input name="relato" id="r"><p data-saved></p></form>', async (page, posts) => {
    await page.fill('#r', 'não veio');
    await page.waitForFunction(() => /^Rascunho guardado às \d\d:\d\d\.$/.test(document.querySelector('[data-saved]').textContent), null, { timeout: 9000 });
    assert.deepEqual(posts, [{ path: '/rascunho', body: 'relato=n%C3%A3o+veio' }]);
  }));

test('a draft that could not be kept does not say that it was', (t) =>
  on(t, '<form data-autosave="/rascunho"><input name="relato" id="r"><p data-saved></p></form>', async (page) => {
    page.removeAllListeners('response');
    await page.fill('#r', 'não veio');
    await page.waitForFunction(() => document.querySelector('[data-saved]').textContent.startsWith('Ainda não'), null, { timeout: 9000 });
  }, { status: 303 }));

test('what is sent does not overtake what is being kept, which would come after it and undo it', (t) =>
  on(t, '<form method="post" action="/enviado" data-autosave="/rascunho"><input name="relato" id="r"><button id="b" name="ato" value="enviar">Enviar</button></form>', async (page, posts) => {
    await page.route('**/rascunho', (route) => setTimeout(() => route.continue(), 500));
    await page.fill('#r', 'meia');
    await page.waitForRequest('**/rascunho', { timeout: 9000 });
    await page.fill('#r', 'meia palavra');
    await page.click('#b');
    await page.click('#b', { force: true, noWaitAfter: true }).catch(() => {}); // an impatient second one
    while (posts.length < 2) await page.waitForTimeout(50);
    await page.waitForTimeout(200);
    assert.deepEqual(posts, [{ path: '/rascunho', body: 'relato=meia' }, { path: '/enviado', body: 'relato=meia+palavra&ato=enviar' }]);
  }));

test('a draft that is not kept in time does not hold up what is sent', (t) =>
  on(t, '<form method="post" action="/enviado" data-autosave="/rascunho"><input name="relato" id="r"><button id="b">Enviar</button></form>', async (page, posts) => {
    await page.route('**/rascunho', () => {}); // a line on which nothing comes back
    await page.fill('#r', 'meia');
    await page.waitForRequest('**/rascunho', { timeout: 9000 });
    await page.click('#b');
    while (posts.length < 1) await page.waitForTimeout(50);
    assert.deepEqual(posts, [{ path: '/enviado', body: 'relato=meia' }]);
  }));

test('keys press buttons, walk over rows and list themselves, but not while someone types', (t) =>
  on(t, `<input type="search" id="q"><button id="t" data-key="t" type="button">Atender <kbd class="kbd">t</kbd></button>
    <ul data-rows><li><a id="um" href="/1">1</a></li><li><a id="dois" href="/2">2</a></li></ul>`, async (page) => {
    await page.evaluate(() => { document.getElementById('t').onclick = () => { document.title = 'assumido'; }; });
    await page.keyboard.press('/');
    assert.equal(await focused(page), 'q');
    await page.keyboard.type('tj?');
    assert.equal(await page.inputValue('#q'), 'tj?');
    assert.equal(await page.title(), 'Prova');
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press('t');
    assert.equal(await page.title(), 'assumido');
    await page.keyboard.press('?');
    assert.match(await page.locator('dialog').innerText(), /t\s*Atender\s*j\s*Próxima linha/);
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    for (const key of ['j', 'j', 'j']) await page.keyboard.press(key);
    assert.equal(await focused(page), 'dois');
    await page.keyboard.press('k');
    assert.equal(await focused(page), 'um');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/1');
  }, { work: true }));

test('leaving with unsent text asks first, leaving after sending or untouched does not', (t) =>
  on(t, '<form method="post" action="/x" data-guard><textarea id="m" name="m"></textarea><button>Enviar</button></form>', async (page) => {
    let asked = 0;
    page.on('dialog', (dialog) => { asked += dialog.type() === 'beforeunload'; dialog.accept(); });
    await page.reload();
    assert.equal(asked, 0, 'untouched');
    await page.click('#m');
    await page.keyboard.type('Prezados');
    await page.reload();
    assert.equal(asked, 1, 'typed and not sent');
    await page.click('#m');
    await page.keyboard.type('Prezados');
    await page.click('button');
    await page.waitForTimeout(200);
    assert.equal(asked, 1, 'sent');
  }));

test('the account menu closes by Escape and by a click elsewhere', (t) =>
  on(t, '<details class="account"><summary id="s">Ana</summary><a href="/conta">Conta</a></details><p>fora</p>', async (page) => {
    const open = () => page.locator('details').evaluate((menu) => menu.open);
    await page.click('#s');
    assert.equal(await open(), true);
    await page.keyboard.press('Escape');
    assert.equal(await open(), false);
    assert.equal(await focused(page), 's');
    await page.click('#s');
    await page.click('p');
    assert.equal(await open(), false);
  }));
