// Package public is the front door: the pages that anyone may read without signing in. It finds out who
// handles a complaint in two questions, the company and the municipality, and says so on a page that can be shared:
//
//	/atendimento            which company?     → destino (registered) or municipio
//	/atendimento/municipio  where do you live? → destino
//	/atendimento/destino    the answer, with its reason and the way on
//
// Every step is a GET whose address holds all that was said, so going back or sharing a link loses nothing.
package public
