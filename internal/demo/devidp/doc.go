// Package devidp is an OpenID provider that lives inside the demonstration and the
// tests. It speaks gov.br's protocol with gov.br's quirks, and on demand it
// lies and fails, so that the real client meets every trouble before a person does.
//
// It knows nobody's password: whoever types a listed CPF is that person. Mount it
// only in demo mode, on the loopback.
//
// Everything is under the path of Options.Issuer: authorize, token, jwk, userinfo,
// logout, api/ (levels, companies, certificate), catalogo/ (raises the level) and
// falhas (the switches of fault.go). State is in memory and ends with the process.
//
// What it deliberately lacks, because gov.br lacks it: end_session_endpoint and
// code_challenge_methods_supported in its metadata, "use" in its keys, refresh
// tokens. PKCE S256 is demanded all the same. Source: "Roteiro de Integração do
// Login Único", acesso.gov.br/roteiro-tecnico.
package devidp
