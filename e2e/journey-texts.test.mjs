// The administrator changes what a mail says, sees it before it is sent, and goes back.
import assert from 'node:assert/strict';
import { story, people, signIn, looksRight } from './lib.mjs';
import { goesOn, press } from './steps.mjs';

story('Kátia changes the words of a notice', async ({ visitor, variant }) => {
  const katia = await visitor();
  await katia.goto('/admin');
  await signIn(katia, people.katia);
  await looksRight(katia, 'admin-inicio');
  await goesOn(katia, katia.getByRole('link', { name: 'Textos dos avisos' }));
  await looksRight(katia, 'admin-textos');
  await goesOn(katia, katia.getByRole('link', { name: 'Pedido de informação ou documento' }));
  await looksRight(katia, 'admin-texto');
  assert.match(await letter(katia), /Enquanto isso, o caso espera por você/);

  await katia.getByRole('textbox', { name: 'Texto' }).fill('Olá de novo, {nome}. Falta {coisa}.');
  await press(katia, 'Ver como fica');
  await looksRight(katia, 'admin-texto-recusado');
  assert.match(await katia.locator('#texto-error').textContent(), /Este aviso não tem \{coisa\}/);

  await katia.getByRole('textbox', { name: 'Texto' }).fill('Olá de novo, {nome}.\n\n{quem} espera a sua resposta até {prazo}.');
  await press(katia, 'Ver como fica');
  assert.match(await letter(katia), /O Procon RS espera a sua resposta até quinta, 3 de dezembro\./);
  await looksRight(katia, 'admin-texto-como-fica');
  await press(katia, 'Guardar');
  await katia.getByRole('status').filter({ hasText: 'vale a partir do próximo e-mail' }).waitFor();
  assert.match(await letter(katia), /espera a sua resposta até quinta/);
  await looksRight(katia, 'admin-texto-guardado');

  const back = { name: 'Voltar ao texto padrão' };
  if (variant.js) await katia.getByRole('button', back).click(); // which asks once more
  await goesOn(katia, (variant.js ? katia.getByRole('dialog') : katia).getByRole('button', back));
  await katia.getByRole('status').filter({ hasText: 'O texto padrão voltou a valer' }).waitFor();
  assert.match(await letter(katia), /Enquanto isso, o caso espera por você/);
});

// letter is the text of the mail in the frame.
async function letter(page) {
  return page.frameLocator('iframe.letter').locator('.words').textContent();
}
