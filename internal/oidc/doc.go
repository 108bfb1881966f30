// Package oidc signs people in at an OpenID provider: gov.br, the state's own
// login, or any other in the configured list.
//
// A sign-in is two calls. Begin gives the address to send the browser to and a
// Flow to keep in the visitor's session; when the browser comes back to
// RedirectURL, Finish checks the answer against that Flow and gives an Identity.
// Between the two nothing is kept here.
//
// Finish believes nothing: state, code with PKCE S256, signature (RS256, RS512),
// issuer, audience, authorized party, time, nonce, subject and the CPF's check
// digits are each refused with their own Reason. It is tolerant only where gov.br
// is odd: booleans as text, absent e-mail or telephone, a subject that is not a CPF.
//
// BeginCompanies also asks for the scope by which gov.br tells a person's companies
// . Finish asks for them with the access token, which is kept nowhere; when they
// cannot be told, the sign-in is good all the same.
//
// Provider metadata is fetched when first needed, so the site starts and works
// while a provider is down.
//
// Source: "Roteiro de Integração do Login Único" (acesso.gov.br/roteiro-tecnico),
// OpenID Connect Core 1.0 section 3.1.3.7, RFC 9700.
package oidc
