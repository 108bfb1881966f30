// A company comes to the direct channel, its people come and go: the request, the terms, the approval, a colleague who
// is invited and loses access at once.
import assert from 'node:assert/strict';
import { looksRight, people, signIn, story } from './lib.mjs';
import { fill, goesOn, mailTo, press } from './steps.mjs';

const paula = '70480490490';
const rosa = '70680690611';
const loja = '44.555.666/0001-81';
const text = (page) => page.locator('main').innerText();
const path = (page) => new URL(page.url()).pathname;
const declared = { razao_social: 'Loja Sem Cadastro Ltda.', nome: 'Loja do Centro', segmento: '8', sede: 'Porto Alegre', email: 'contato@loja.example', telefone: '(51) 3333-0000' };
const paper = { name: 'procuração.txt', mimeType: 'text/plain', buffer: Buffer.from('Procuração: Paula Simões responde pela loja.\n') };
const two = (v) => (v.engine === 'sqlite' && v.width === 360 && !v.js) || (v.engine === 'postgres' && v.js);
const linkOf = (letter) => letter.match(/https?:\/\/\S+/)[0];

// firstSignIn is signIn of somebody whom the provider asks whether we may know who they are.
async function firstSignIn(page, cpf) {
  await page.locator('input[name="cpf"]').fill(cpf);
  await press(page, /^Continuar|^Entrar/);
  await press(page, 'Autorizar');
}

// sure presses a button that asks once more where there is JavaScript.
async function sure(page, name, js) {
  if (!js) return press(page, name);
  await page.locator('main').getByRole('button', { name }).click();
  await goesOn(page, page.locator('dialog').getByRole('button', { name }));
}

// asks goes from the request to its terms and sends it.
async function asks(page) {
  await fill(page, declared);
  await page.setInputFiles('[name="documento"]', paper);
  await press(page, /Continuar/);
  assert.match(await text(page), /em até 10 dias corridos/);
  await looksRight(page, 'empresa-termos');
  await press(page, 'Aceitar e enviar o pedido');
  assert.match(await text(page), /marque que aceita os termos/);
  await looksRight(page, 'empresa-termos-erro');
  await fill(page, { aceito: '1' });
  await press(page, 'Aceitar e enviar o pedido');
  assert.match(await text(page), /Em análise/);
}

story('Paula registers a company by a document, Gilda approves, a colleague is invited and loses access at once', async ({ visitor }) => {
  const [asker, gilda, colleague, post] = [await visitor(), await visitor(), await visitor(), await visitor()];
  await signIn(gilda, people.gilda); // so that her address is known
  await asker.goto('/empresa');
  await firstSignIn(asker, paula);
  assert.equal(path(asker), '/empresa/cadastro');
  await looksRight(asker, 'empresa-cadastro');
  await fill(asker, { cnpj: '123' });
  await press(asker, /^Continuar/);
  await looksRight(asker, 'empresa-cadastro-erro');
  await fill(asker, { cnpj: loja });
  await press(asker, /^Continuar/);
  await looksRight(asker, 'empresa-dados');
  await press(asker, /^Continuar/);
  await looksRight(asker, 'empresa-dados-erro');
  await asks(asker);
  await looksRight(asker, 'empresa-pedido-enviado');

  const letter = await mailTo(post, 'gilda.teixeira@example.com', 'Pedido de cadastro');
  await gilda.goto(linkOf(letter));
  assert.match(await text(gilda), /Paula Simões/);
  await looksRight(gilda, 'gestao-pedido');
  await gilda.goto('/gestao/empresas');
  await looksRight(gilda, 'gestao-empresas');
  await goesOn(gilda, gilda.getByRole('link', { name: 'Loja do Centro' }).first());
  await press(gilda, 'Recusar');
  await looksRight(gilda, 'gestao-pedido-erro');
  await press(gilda, 'Aprovar');
  assert.match(await text(gilda), /Pedido aprovado/);

  await asker.reload();
  assert.match(await text(asker), /Aprovado/);
  await looksRight(asker, 'empresa-pedido-aprovado');
  await asker.goto('/empresa/pessoas');
  await looksRight(asker, 'empresa-pessoas');
  await fill(asker, { cpf: rosa, email: 'rosa' });
  await press(asker, 'Enviar convite');
  await looksRight(asker, 'empresa-pessoas-erro');
  await fill(asker, { email: 'rosa@exemplo.test' });
  await press(asker, 'Enviar convite');
  await looksRight(asker, 'empresa-pessoas-convite');

  await colleague.goto(linkOf(await mailTo(post, 'rosa@exemplo.test', 'Loja do Centro')));
  await firstSignIn(colleague, rosa);
  assert.match(await text(colleague), /Paula Simões convidou você/);
  await looksRight(colleague, 'empresa-convite');
  await press(colleague, 'Aceitar o convite');
  assert.match(await text(colleague), /Rosa Terra/);
  await looksRight(colleague, 'empresa-pessoas-atendente');

  await goesOn(colleague, colleague.getByRole('link', { name: 'Sair da empresa' }));
  await looksRight(colleague, 'empresa-sair');
  await press(colleague, 'Sair da empresa');
  assert.equal((await colleague.goto('/empresa/pessoas')).status(), 404, 'gone at once');

  await asker.goto('/empresa/sair');
  await press(asker, 'Sair da empresa');
  assert.match(await text(asker), /única pessoa responsável/);
  await looksRight(asker, 'empresa-sair-so');
  await fill(asker, { sucessor: 'ninguem' });
  await press(asker, 'Sair da empresa');
  assert.equal((await asker.goto('/empresa/pessoas')).status(), 404);

  await gilda.goto(linkOf(await mailTo(post, 'gilda.teixeira@example.com', 'Sem responsável')));
  assert.match(await text(gilda), /sem responsável/);
  await looksRight(gilda, 'gestao-empresa');
}, two);

story('Inês leaves, gov.br confirms her company, and she asks again', async ({ visitor }) => {
  const ines = await visitor();
  await ines.goto('/empresa/sair');
  await signIn(ines, people.ines);
  await fill(ines, { sucessor: 'ninguem' });
  await press(ines, 'Sair da empresa');
  await ines.goto('/empresa/cadastro');
  await press(ines, 'Confirmar pelo gov.br');
  if (path(ines).startsWith('/demo/govbr')) await signIn(ines, people.ines);
  assert.match(await text(ines), /Varejo Exemplo S\.A\.[\s\S]*sócio/);
  await looksRight(ines, 'empresa-cadastro-govbr');
  await press(ines, /^Pedir o cadastro/);
  assert.match(await text(ines), /confirmado pelo gov\.br: sócio/);
  await looksRight(ines, 'empresa-dados-govbr');
  await asks(ines);
}, two);

story('Gilda joins two companies that are one', async ({ visitor, variant }) => {
  const gilda = await visitor();
  await gilda.goto('/gestao/empresas?q=loja+sem+cadastro');
  await signIn(gilda, people.gilda);
  await goesOn(gilda, gilda.getByRole('link', { name: 'Loja Sem Cadastro' }).first());
  const from = path(gilda).split('/').at(-1);
  await gilda.goto('/gestao/empresas?q=varejo+exemplo');
  await goesOn(gilda, gilda.getByRole('link', { name: 'Varejo Exemplo' }).first());
  const to = path(gilda).split('/').at(-1);
  await gilda.goto(`/gestao/empresas/juntar?de=${from}&para=${to}`);
  await looksRight(gilda, 'gestao-juntar');
  await sure(gilda, 'Juntar as duas', variant.js);
  await looksRight(gilda, 'gestao-juntar-erro');
  await fill(gilda, { motivo: 'É a mesma empresa, com o CNPJ novo.' });
  await sure(gilda, 'Juntar as duas', variant.js);
  assert.equal(path(gilda), `/gestao/empresas/${to}`);
  assert.match(await text(gilda), /Loja Sem Cadastro/);
  await looksRight(gilda, 'gestao-empresa-juntada');
  await gilda.goto('/gestao/empresas/duplicadas');
  await looksRight(gilda, 'gestao-duplicadas');
}, two);
