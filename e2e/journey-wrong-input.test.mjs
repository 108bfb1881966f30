// Whatever is typed or sent: what is wrong is said in its place, the rest is kept, nothing bad is stored (R-16, interface.md).
import assert from 'node:assert/strict';
import { looksRight, people, signIn, story } from './lib.mjs';
import { acegua, address, documents, fill, formFor, goesOn, press, problem, purchase, send, small, step, story as told } from './steps.mjs';

const two = (v) => v.engine === 'sqlite' && (v.js ? v.width === 1280 : v.width === 360);
const hostile = '<script>alert("oi")</script>';
const backwards = '\u202Eoãçamalcer\u202C';

// wrongAt sends a step with these answers and expects one message for each of the fields. What was typed is kept, but
// for a date that is none: a browser shows such a field empty.
async function wrongAt(page, answers, fields) {
  await fill(page, answers);
  await press(page, 'Continuar');
  for (const field of fields) {
    assert.ok(await page.locator(`.problems a[href="#${field}"]`).count(), `the summary names ${field}`);
    assert.equal(await page.locator(`#${field}-error`).count(), 1, `${field} says what is wrong`);
    if (answers[field] !== undefined && field !== 'data_compra') assert.equal(await page.inputValue(`#${field}`), answers[field], `${field} is kept`);
  }
}

async function begin(visitor) {
  const ana = await visitor();
  await ana.goto(formFor(acegua));
  await signIn(ana, people.ana);
  return ana;
}

story('wrong, huge and hostile answers are refused in their place or kept as plain text', async ({ visitor }) => {
  const ana = await begin(visitor);
  await wrongAt(ana, { ...address, cep: 'noventa', bairro: 'á'.repeat(200) }, ['cep', 'bairro']);
  await looksRight(ana, 'form-endereco-errado');
  assert.equal(await ana.inputValue('#logradouro'), address.logradouro, 'what was right is kept');
  await fill(ana, { bairro: 'á'.repeat(5000) });
  await press(ana, 'Continuar');
  assert.match(await ana.locator('#bairro-error').innerText(), /no máximo 80 letras/);
  await step(ana, 'Onde você mora?', { ...address, logradouro: hostile, complemento: backwards });
  await wrongAt(ana, { fornecedor_nome: hostile, fornecedor_cnpj: '11.222.333/0001-80' }, ['fornecedor_cnpj']);
  await step(ana, 'Qual é a empresa?', { fornecedor_cnpj: '' });
  await step(ana, 'Qual é o problema?', problem);
  await ana.locator('#data_compra').evaluate((field) => { field.type = 'text'; });
  await wrongAt(ana, { como_comprou: 'internet', data_compra: '31/02/2026', valor: 'uns dez' }, ['data_compra', 'valor']);
  await step(ana, 'Como foi a compra ou o contrato?', { ...purchase, data_compra: '2199-01-01' });
  assert.match(await ana.locator('#data_compra-error').innerText(), /ainda não chegou/);
  await step(ana, 'Como foi a compra ou o contrato?', purchase);
  await wrongAt(ana, { ...told, relato: 'não veio '.repeat(2000).trim() }, ['relato']);
  await looksRight(ana, 'form-relato-longo');

  const here = ana.url();
  const answer = ana.waitForResponse((r) => r.request().method() === 'POST');
  await fill(ana, { relato: 'x'.repeat(1 << 20) });
  await ana.getByRole('button', { name: 'Continuar' }).click();
  assert.equal((await answer).status(), 413);
  await ana.getByRole('heading', { level: 1, name: 'O envio é grande demais' }).waitFor();
  await looksRight(ana, 'erro-413');
  await ana.goto(here);
  assert.equal((await ana.inputValue('#relato')).length, 'não veio '.repeat(2000).trim().length, 'what was there before stays');
  await step(ana, 'O que aconteceu?', { ...told, relato: `${hostile}\n${backwards}` });
  await documents(ana, { ...small, product: { ...small.product, name: 'nota <img src=x onerror=alert(1)>.txt' } });
  await looksRight(ana, 'form-revisao-hostil');
  const protocol = await send(ana);
  await seenAsText(ana, `/reclamacoes/${protocol}`);
  await seenAsText(ana, '/painel');
  const elisa = await visitor();
  await signIn(elisa, people.elisa);
  await seenAsText(elisa, '/servidor/fila');
  await seenAsText(elisa, `/servidor/casos/${protocol}`);
  await looksRight(elisa, 'caso-servidora-hostil');
}, two);

// seenAsText opens a page on which the hostile name must stand as letters. That no script ran, the harness checks.
async function seenAsText(page, path) {
  await page.goto(path);
  assert.ok((await page.locator('main').innerText()).includes(hostile), `${path} shows the letters`);
  assert.equal(await page.locator('main script, main img').count(), 0, `${path} has nothing but letters`);
}

story('files that are not what they say, too large or empty are named, and the others stay', async ({ visitor }) => {
  const ana = await begin(visitor);
  const draft = new URL(ana.url()).searchParams.get('rascunho');
  await ana.goto(`/reclamacoes/nova?rascunho=${draft}&passo=documentos`);
  const file = (name, mimeType, content) => ({ name, mimeType, buffer: Buffer.from(content) });
  await ana.setInputFiles('[name="comprovante_endereco"]', small.bill);
  await ana.setInputFiles('[name="documento_identidade"]', file('foto.png', 'image/png', '<!doctype html><title>oi</title><script>alert(1)</script>'));
  await ana.setInputFiles('[name="comprovante_relacao"]', [file('vazio.pdf', 'application/pdf', ''), small.product]);
  await ana.setInputFiles('[name="outros"]', { name: 'filme.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(21 << 20, 'a') });
  await press(ana, 'Continuar');
  const said = async (field) => ana.locator(`#${field}-error`).innerText();
  assert.match(await said('documento_identidade'), /foto\.png.*não é uma imagem/s);
  assert.match(await said('comprovante_relacao'), /vazio\.pdf.*está vazio/s);
  assert.match(await said('outros'), /filme\.jpg.*20 MB/s);
  await looksRight(ana, 'form-documentos-recusados');
  const kept = await ana.locator('.filerow').allInnerTexts();
  assert.equal(kept.length, 2, kept.join());
  assert.match(kept.join(), /endereço\.txt.*nota fiscal\.txt/s);

  await goesOn(ana, ana.getByRole('button', { name: 'Remover nota fiscal.txt' }));
  assert.equal(await ana.locator('.filerow').count(), 1);
  await press(ana, 'Continuar');
  assert.match(await said('comprovante_relacao'), /Falta enviar/);
}, two);

story('addresses that lead nowhere say so, and what is refused says what to do', async ({ visitor }) => {
  const ana = await visitor();
  assert.equal((await ana.goto('/nada')).status(), 404);
  await looksRight(ana, 'erro-404-visitante');
  for (const path of ['/atendimento/municipio', '/atendimento/destino', '/atendimento/destino?fornecedor=nao-listado&municipio=9999999', '/atendimento?q=%00%ff', `/atendimento?q=${'x'.repeat(5000)}`]) {
    const answer = await ana.goto(path);
    assert.ok(answer.status() < 500, `${path} answers ${answer.status()}`);
    assert.equal(await ana.locator('h1').count(), 1, path);
  }
  await signIn(ana, people.ana);
  for (const path of ['/reclamacoes/2026.0001.0000001-32', '/servidor/fila', '/reclamacoes/nova?rascunho=nada', '/reclamacoes/nova?rascunho=nada&passo=%3Cb%3E']) {
    assert.equal((await ana.goto(path)).status(), 404, path);
  }
}, two);
