// Package account is the face of signing in and out, and of what a person may see and change of their account.
//
// A sign-in begins at /entrar with the place to come back to ("volta"), goes to the provider, and ends at
// /entrar/{provedor}/retorno, which sends the person on at once. What is under way is kept in the session: up to
// five flows by their state, so that two tabs may sign in at once, and the pending place, so that a person who was
// led astray at the provider can continue (Pending).
package account
