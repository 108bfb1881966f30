// Package person says who acts: the account a sign-in made, the roles an agency gave it, and what they allow.
// An account is (issuer, subject); the CPF is an attribute, because some providers give a different subject to
// each service.
//
// SignIn makes or renews an account from what the provider vouches for. Actor is the same person at each request,
// with the roles of that moment, so that a revoked role ends at once. Roles are given to a CPF before its owner has
// ever signed in.
//
// An e-mail is relied on once its owner is known to read it: the provider verified it, or the person opened
// the link of a confirmation mail. What a person confirmed is theirs: a later sign-in does not replace it.
//
// Acts are recorded in the streams "person:ID" (sign-ins, contact), "person-email:ID" (confirmations), "roles", and
// "mandates:ID" (who acts for a company).
package person
