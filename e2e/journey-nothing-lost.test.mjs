// Nothing typed is lost and nothing is done twice, whatever people and networks do.
import assert from 'node:assert/strict';
import { looksRight, people, signIn, story } from './lib.mjs';
import { acegua, fill, formFor, press, send, upToReview } from './steps.mjs';

const two = (v) => v.engine === 'sqlite' && (v.js ? v.width === 1280 : v.width === 360);
const desk = (v) => v.js && v.width === 1280;

async function atReview(visitor) {
  const ana = await visitor();
  await ana.goto(formFor(acegua));
  await signIn(ana, people.ana);
  await upToReview(ana);
  return ana;
}

// sent are the protocols on the panel.
async function sent(page) {
  await page.goto('/painel');
  return page.locator('.card h3 a[href^="/reclamacoes/2"]').evaluateAll((links) => links.map((a) => a.getAttribute('href').split('/').pop()));
}

story('a double click, the back button and a reload make one complaint', async ({ visitor }) => {
  const ana = await atReview(visitor);
  await fill(ana, { declaracao: '1' });
  await ana.getByRole('button', { name: 'Enviar reclamação' }).dblclick();
  await ana.locator('#protocolo').waitFor(); // the second click ends the first one's way, so no wait for an address
  const [protocol] = await sent(ana);
  await ana.goBack();
  await ana.goBack();
  if (await ana.getByRole('button', { name: 'Enviar reclamação' }).count()) {
    await fill(ana, { declaracao: '1' });
    await press(ana, 'Enviar reclamação');
  }
  await ana.waitForURL(`**/reclamacoes/${protocol}*`);
  await ana.reload();
  assert.deepEqual(await sent(ana), [protocol]);
}, two);

story('two tabs of one draft make one complaint, and both end on it', async ({ visitor }) => {
  const ana = await atReview(visitor);
  const tab = await ana.context().newPage();
  await tab.goto(ana.url());
  await fill(tab, { declaracao: '1' });
  const protocol = await send(ana);
  await press(tab, 'Enviar reclamação');
  await tab.waitForURL(`**/reclamacoes/${protocol}*`);
  assert.deepEqual(await sent(ana), [protocol]);
}, desk);

story('a session lost in the middle loses no step and no message', async ({ visitor }) => {
  const ana = await visitor();
  await ana.goto(formFor(acegua));
  await signIn(ana, people.ana);
  await fill(ana, { cep: '96445-000', logradouro: 'Estrada do Passo', numero: 's/n' });
  await ana.context().clearCookies();
  await press(ana, 'Continuar');
  await signIn(ana, people.ana);
  await ana.getByRole('heading', { level: 1, name: 'Onde você mora?' }).waitFor();
  assert.equal(await ana.inputValue('[name="logradouro"]'), 'Estrada do Passo');
  await upToReview(ana);
  await ana.context().clearCookies();
  await fill(ana, { declaracao: '1' });
  await press(ana, 'Enviar reclamação');
  await signIn(ana, people.ana);
  await ana.getByRole('heading', { level: 1, name: 'Confira e envie' }).waitFor();
  const protocol = await send(ana);

  await fill(ana, { mensagem: 'A loja ligou hoje de manhã.' });
  await ana.context().clearCookies();
  await press(ana, 'Enviar mensagem');
  await signIn(ana, people.ana);
  await ana.waitForURL(`**/reclamacoes/${protocol}`);
  assert.equal(await ana.inputValue('[name="mensagem"]'), 'A loja ligou hoje de manhã.');
  await press(ana, 'Enviar mensagem');
  assert.equal(await ana.locator('.message', { hasText: 'A loja ligou hoje de manhã.' }).count(), 1);
}, two);

story('of two officers who decide at once, one wins and the other keeps what was typed', async ({ visitor }) => {
  const protocol = await send(await atReview(visitor));
  const [elisa, fabio] = [await visitor(), await visitor()];
  await signIn(elisa, people.elisa);
  await signIn(fabio, people.fabio);
  for (const officer of [elisa, fabio]) await officer.goto(`/servidor/casos/${protocol}`);
  await decide(elisa, 'pedido', 'Enviar pedido', 'Envie a nota fiscal.');
  await elisa.getByText('Pedido enviado').waitFor();
  await decide(fabio, 'pedido', 'Enviar pedido', 'Envie o contrato assinado.');
  assert.equal(await fabio.inputValue('#pedido-mensagem'), 'Envie o contrato assinado.');
  assert.match(await fabio.locator('[role="alert"]').first().innerText(), /Elisa|mudou|outra pessoa/i);
  await looksRight(fabio, 'caso-servidora-conflito');
  await elisa.goto(`/servidor/casos/${protocol}`);
  assert.equal(await elisa.getByText('Envie o contrato assinado.').count(), 0, 'nothing of it was stored');
}, (v) => v.engine === 'sqlite' ? v.width === 360 && !v.js : v.js);

async function decide(officer, act, button, words) {
  const panel = officer.locator('details.panel', { has: officer.locator(`#${act}-mensagem`) });
  if ((await panel.getAttribute('open')) === null) await panel.locator('summary').click();
  await officer.locator(`#${act}-mensagem`).fill(words);
  await press(officer, button);
}
