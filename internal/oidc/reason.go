package oidc

import (
	"errors"
	"fmt"
	"strings"

	"guiche/internal/fault"
)

// Reason is why a sign-in was refused, for the log and for tests; find it with
// errors.Is. What the visitor reads is fault.Text of the same error.
type Reason string

// What the visitor can mend by starting again (fault.Invalid).
const (
	StateMismatch Reason = "state is not the one of this flow"
	NoCode        Reason = "the provider sent no code"
	CodeRefused   Reason = "the provider refused the code"
	Denied        Reason = "the person refused consent"
)

// What only the provider or our configuration can mend (fault.Unavailable).
const (
	Down         Reason = "the provider does not answer properly"
	KeysDown     Reason = "the provider's keys cannot be fetched"
	UserInfoDown Reason = "the provider's userinfo cannot be fetched"
	SetupRefused Reason = "the provider refused our client or request"
	NoIDToken    Reason = "the provider sent no ID token"
)

// What must never be believed (fault.Forbidden).
const (
	BadSignature     Reason = "ID token signature or algorithm is not acceptable"
	WrongIssuer      Reason = "issuer is not this provider"
	WrongAudience    Reason = "ID token audience is not exactly us"
	WrongParty       Reason = "ID token authorized party is not us"
	Expired          Reason = "ID token has expired"
	FromTheFuture    Reason = "ID token is not valid yet"
	WrongNonce       Reason = "ID token nonce is not the one of this flow"
	WrongSubject     Reason = "subject is missing or differs between answers"
	WrongAccessToken Reason = "access token does not belong to the ID token"
	BadClaims        Reason = "claims cannot be read"
	BadCPF           Reason = "CPF is missing or its check digits are wrong"
)

// Error makes a Reason an error of its own, so that errors.Is finds it.
func (r Reason) Error() string { return string(r) }

// refuse makes the error of a failed sign-in at the provider people know as label.
func refuse(label string, reason Reason, cause error) error {
	err := error(reason)
	if cause != nil {
		err = fmt.Errorf("%w: %s", reason, short(cause.Error()))
	}
	kind, text := words(reason)
	return fault.Wrap(kind, fmt.Sprintf(text, label), err)
}

func words(reason Reason) (fault.Kind, string) {
	switch reason {
	case StateMismatch, NoCode, CodeRefused:
		return fault.Invalid, "A entrada com %s demorou demais ou foi aberta em outra janela. Nada se perdeu: entre de novo."
	case Denied:
		return fault.Invalid, "Você não autorizou o %s a informar seus dados. Sem isso não podemos saber quem é você. Nada se perdeu: se mudar de ideia, entre de novo."
	case Down, KeysDown, UserInfoDown, SetupRefused, NoIDToken:
		return fault.Unavailable, "A entrada com %s está fora do ar. Nada do que você escreveu se perdeu. Tente de novo em alguns minutos."
	case BadCPF:
		return fault.Forbidden, "O %s não informou um CPF válido. Confira seus dados na sua conta e entre de novo."
	default:
		return fault.Forbidden, "Não conseguimos confirmar quem é você pelo %s. Nada se perdeu: entre de novo. Se o erro continuar, procure o Procon."
	}
}

// ReasonOf is the Reason of a refused sign-in, or empty when err is something else.
func ReasonOf(err error) Reason {
	reason, _ := errors.AsType[Reason](err)
	return reason
}

// short keeps a provider's error page out of the log.
func short(s string) string {
	const most = 200
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "..."
	}
	return s
}
