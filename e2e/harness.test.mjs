// The harness itself: each of its guards must be able to fail.
import { test as plainTest } from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { axe, looksRight, people, signIn, withBrowser } from './lib.mjs';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { folder, pictures } from './pictures.mjs';
import { newDatabase } from './postgres.mjs';

const test = (name, fn) => plainTest(name, { timeout: 30_000 }, fn);
const page = (body, head = '') => `<!doctype html><html lang="pt-BR"><head><meta charset="utf-8">
  <meta name="viewport" content="width=device-width"><title>Página de prova</title>${head}</head>
  <body><main><h1>Página de prova</h1>${body}</main></body></html>`;

const pages = {
  '/boa': page('<p>Tudo certo.</p>'),
  '/larga': page('<p><span style="display:inline-block;width:2000px">larga</span></p>'),
  '/sem-alt': page('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'),
  '/fora': page('<img alt="" src="http://127.0.0.2:9/x.png">'),
  '/erro': page('', '<script>throw new Error("quebrou")</script>'),
  '/csp': page('', '<script>window.x = 1</script>'),
  '/falta': page('', '<link rel="stylesheet" href="/nada.css">'),
  '/js': page('<noscript>vê-se</noscript><p id="p">sem</p><script>document.getElementById("p").textContent = "com"</script>'),
  '/entrar': page('<form action="/painel"><label>CPF <input name="cpf"></label></form>'),
  '/painel': page('<p>Olá.</p>'),
};

async function staticSite(t) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://x').pathname;
    const headers = { 'content-type': 'text/html; charset=utf-8' };
    if (path === '/csp') headers['content-security-policy'] = "default-src 'self'";
    response.writeHead(pages[path] ? 200 : 404, headers).end(pages[path] ?? page('<p>Não há.</p>'));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

for (const js of [true, false]) {
  test(`a good page passes every check (JavaScript ${js})`, async (t) => {
    await withBrowser(await staticSite(t), { width: 360, js }, async (visitor) => {
      const ana = await visitor();
      await ana.goto('/boa');
      await looksRight(ana, 'harness');
    });
  });

  test(`an image without alt is found (JavaScript ${js})`, async (t) => {
    await withBrowser(await staticSite(t), { js }, async (visitor) => {
      const ana = await visitor();
      await ana.goto('/sem-alt');
      await assert.rejects(axe(ana), /not accessible:\n.*image-alt/);
    });
  });

  test(`JavaScript is ${js ? 'on' : 'off'} when asked, also after axe`, async (t) => {
    await withBrowser(await staticSite(t), { js }, async (visitor) => {
      const ana = await visitor();
      for (const path of ['/js', '/boa', '/js']) {
        await ana.goto(path);
        await axe(ana);
      }
      assert.equal(await ana.textContent('#p'), js ? 'com' : 'sem');
      assert.equal(await ana.locator('noscript').isVisible(), !js);
    });
  });
}

test('a page wider than the telephone is refused', async (t) => {
  await withBrowser(await staticSite(t), { width: 360 }, async (visitor) => {
    const ana = await visitor();
    await ana.goto('/larga');
    await assert.rejects(looksRight(ana, 'harness'), /scrolls sideways/);
  });
});

for (const [path, complaint] of [
  ['/fora', /request to another site: http:\/\/127\.0\.0\.2/],
  ['/erro', /script error: quebrou/],
  ['/csp', /console: .*Content Security Policy/],
  ['/falta', /404: .*nada\.css/],
]) {
  test(`what the browser says about ${path} fails the story`, async (t) => {
    const story = withBrowser(await staticSite(t), {}, async (visitor) => {
      const ana = await visitor();
      await ana.goto(path, { waitUntil: 'networkidle' });
    });
    await assert.rejects(story, complaint);
  });
}

test('a wanted 404 page is no complaint', async (t) => {
  await withBrowser(await staticSite(t), {}, async (visitor) => {
    const ana = await visitor();
    assert.equal((await ana.goto('/nao-existe')).status(), 404);
  });
});

test('signing in fills the CPF and waits to be sent on', async (t) => {
  await withBrowser(await staticSite(t), {}, async (visitor) => {
    const ana = await visitor();
    await signIn(ana, people.ana);
    assert.match(ana.url(), /painel\?cpf=11144477735$/);
  });
});

test('PostgreSQL gives each caller a database of its own', () => {
  assert.notEqual(newDatabase(), newDatabase());
});

test('every picture of the manual is there, is shown once, and says what is on it', () => {
  const shown = [];
  for (const name of readdirSync(join(folder, '..')).filter((name) => name.endsWith('.md'))) {
    const text = readFileSync(join(folder, '..', name), 'utf8');
    for (const [, alt, file] of text.matchAll(/!\[([^\]]*)\]\(imagens\/([^)]*)\.webp\)/g)) {
      assert.ok(alt.length > 20, `${name}: ${file} says what is on it`);
      shown.push(file);
    }
  }
  const named = Object.keys(pictures).sort();
  assert.deepEqual(shown.sort(), named, 'shown in the manual, and named in pictures.mjs');
  assert.deepEqual(existsSync(folder) ? readdirSync(folder).sort() : [], named.map((name) => `${name}.webp`).sort(), 'there: make manual takes them');
  for (const name of named) assert.ok(statSync(join(folder, `${name}.webp`)).size < 61_440, `${name} is quick to load`);
});
