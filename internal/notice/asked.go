package notice

import "guiche/internal/mail"

// Asked tells that the case waits for something from the consumer.
type Asked struct {
	Case
	By    string
	Until string // as people say it: "quinta, 3 de dezembro"
}

func (n Asked) Frame() (string, mail.Frame) {
	f := n.frame(n.By+" precisa de uma informação ou de um documento seu para continuar.", "Responda até "+n.Until+". Enquanto isso, o caso espera por você.")
	f.Button.Text = "Ver o que falta e responder"
	return "Precisamos de informações suas: reclamação " + n.Protocol, f
}
