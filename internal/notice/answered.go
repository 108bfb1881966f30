package notice

import "strconv"

// Answered tells that the company answered; the consumer's turn runs until a day.
type Answered struct {
	Case
	Kind  string // in words: "oferta completa", "oferta parcial", "recusa do pedido", "informação"
	Offer bool   // the answer is an offer, to be accepted or not
	Until string // last day to say it, as people say it
}

func (n Answered) About() About { return About{"answered", "A empresa respondeu", ToConsumer} }

func (n Answered) Fields() []Field {
	todo := "dizer se o problema foi resolvido"
	if n.Offer {
		todo = "dizer se aceita a oferta"
	}
	return n.fields(may("resposta", "tipo da resposta", n.Kind), must("o_que_fazer", "o que a pessoa deve fazer", todo), must("prazo", "até quando", n.Until))
}

// LateAnswer tells that the company answered after its time.
type LateAnswer struct{ Case }

func (n LateAnswer) About() About {
	return About{"late_answer", "A empresa respondeu fora do prazo", ToConsumer}
}

// Rated tells the company what the consumer said of its answer.
type Rated struct {
	Company
	Solved bool
	Score  int // 1 to 5
}

func (n Rated) About() About { return About{"rated", "O consumidor avaliou a resposta", ToCompany} }

func (n Rated) Fields() []Field {
	solved := "não foi resolvido"
	if n.Solved {
		solved = "foi resolvido"
	}
	return n.fields(may("avaliacao", "o que o consumidor disse do problema", solved), may("nota", "nota de 1 a 5", strconv.Itoa(n.Score)))
}
