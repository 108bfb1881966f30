// The same pages in the dark and at 320 px (quality 4): readable, nothing scrolls sideways.
import assert from 'node:assert/strict';
import { looksRight, people, signIn, story } from './lib.mjs';
import { acegua, fill, formFor, goesOn, press, send, upToReview } from './steps.mjs';

const once = (v) => v.engine === 'sqlite' && v.width === 1280 && v.js;

// everyway looks at the page that is open in both manners, under this name.
async function everyway(page, name) {
  await page.emulateMedia({ colorScheme: 'dark' });
  await looksRight(page, `${name}-escuro`);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 320, height: 640 });
  await looksRight(page, name);
  await page.setViewportSize({ width: 1280, height: 900 });
}

async function at(page, paths) {
  for (const [name, path] of Object.entries(paths)) {
    await page.goto(path);
    await everyway(page, name);
  }
}

story('every kind of page is as good in the dark and on the narrowest phone', async ({ visitor }) => {
  const ana = await visitor();
  await at(ana, {
    'largo-inicio': '/', 'largo-empresa': '/atendimento?q=banco', 'largo-municipios': '/atendimento/municipio?fornecedor=nao-listado&cidade=santa',
    'largo-outro-estado': '/atendimento/destino?fornecedor=nao-listado&municipio=outro-estado&uf=SC',
    'largo-onde': '/atendimento/destino?fornecedor=nao-listado&municipio=4318507', 'largo-municipal': '/atendimento/destino?fornecedor=nao-listado&municipio=4314902',
    'largo-desconhecido': '/atendimento/destino?fornecedor=nao-listado&municipio=4300406', 'largo-presencial': '/presencial', 'largo-privacidade': '/privacidade',
    'largo-acessibilidade': '/acessibilidade', 'largo-demo': '/demo', 'largo-404': '/nada',
  });
  await ana.goto(formFor(acegua));
  await everyway(ana, 'largo-govbr');
  await signIn(ana, people.ana);
  await press(ana, 'Continuar');
  await everyway(ana, 'largo-form-errado');
  await upToReview(ana);
  await everyway(ana, 'largo-revisao');
  const protocol = await send(ana);
  await everyway(ana, 'largo-recibo');
  await fill(ana, { mensagem: 'Há uma novidade: https://exemplo.com.br/' + 'muito-comprido'.repeat(20) });
  await press(ana, 'Enviar mensagem');
  await at(ana, { 'largo-caso': `/reclamacoes/${protocol}`, 'largo-painel': '/painel', 'largo-conta': '/conta', 'largo-correio': '/demo/correio', 'largo-sair': '/sair' });

  const elisa = await visitor();
  await signIn(elisa, people.elisa);
  await at(elisa, { 'largo-fila': '/servidor/fila', 'largo-fila-filtro': '/servidor/fila?prazo=vencidos&q=nada', 'largo-caso-servidora': `/servidor/casos/${protocol}`, 'largo-liberacao': '/servidor/liberacao' });
  const gilda = await visitor();
  await signIn(gilda, people.gilda);
  await at(gilda, { 'largo-gestao': '/gestao' });
}, once);

story('a draft is thrown away only after a question, and another can be begun beside it', async ({ visitor }) => {
  const ana = await visitor();
  await ana.goto(formFor(acegua));
  await signIn(ana, people.ana);
  await ana.goto(formFor(acegua));
  await press(ana, 'Começar outra reclamação');
  await ana.goto('/painel');
  const drafts = ana.getByRole('button', { name: /^Apagar/ });
  await drafts.nth(1).click();
  await looksRight(ana, 'painel-pergunta');
  await ana.locator('dialog').getByRole('button', { name: 'Voltar' }).click();
  await ana.locator('dialog').waitFor({ state: 'detached' });
  await drafts.nth(1).click();
  await goesOn(ana, ana.locator('dialog').getByRole('button', { name: /^Apagar/ }));
  await ana.getByText('Rascunho apagado.').waitFor();
  await drafts.nth(0).waitFor();
  assert.equal(await drafts.count(), 1, 'one draft is left');
}, once);
