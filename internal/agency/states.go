package agency

// OtherProcon is the Procon of another state, where its residents are sent.
type OtherProcon struct {
	UF    string // two letters
	State string // name of the state
	Name  string // of the Procon, as people know it
}

// ibgeStates are the states in alphabetical order, with the two digits that begin IBGE codes of their municipalities.
var ibgeStates = []struct {
	digits string
	OtherProcon
}{
	{"12", OtherProcon{"AC", "Acre", "Procon-AC"}},
	{"27", OtherProcon{"AL", "Alagoas", "Procon-AL"}},
	{"16", OtherProcon{"AP", "Amapá", "Procon-AP"}},
	{"13", OtherProcon{"AM", "Amazonas", "Procon-AM"}},
	{"29", OtherProcon{"BA", "Bahia", "Procon-BA"}},
	{"23", OtherProcon{"CE", "Ceará", "Procon-CE"}},
	{"53", OtherProcon{"DF", "Distrito Federal", "Procon-DF"}},
	{"32", OtherProcon{"ES", "Espírito Santo", "Procon-ES"}},
	{"52", OtherProcon{"GO", "Goiás", "Procon Goiás"}},
	{"21", OtherProcon{"MA", "Maranhão", "Procon-MA"}},
	{"51", OtherProcon{"MT", "Mato Grosso", "Procon-MT"}},
	{"50", OtherProcon{"MS", "Mato Grosso do Sul", "Procon-MS"}},
	{"31", OtherProcon{"MG", "Minas Gerais", "Procon-MG"}},
	{"15", OtherProcon{"PA", "Pará", "Procon-PA"}},
	{"25", OtherProcon{"PB", "Paraíba", "Procon-PB"}},
	{"41", OtherProcon{"PR", "Paraná", "Procon-PR"}},
	{"26", OtherProcon{"PE", "Pernambuco", "Procon-PE"}},
	{"22", OtherProcon{"PI", "Piauí", "Procon-PI"}},
	{"33", OtherProcon{"RJ", "Rio de Janeiro", "Procon-RJ"}},
	{"24", OtherProcon{"RN", "Rio Grande do Norte", "Procon-RN"}},
	{"43", OtherProcon{"RS", "Rio Grande do Sul", "Procon RS"}},
	{"11", OtherProcon{"RO", "Rondônia", "Procon-RO"}},
	{"14", OtherProcon{"RR", "Roraima", "Procon-RR"}},
	{"42", OtherProcon{"SC", "Santa Catarina", "Procon-SC"}},
	{"35", OtherProcon{"SP", "São Paulo", "Procon-SP"}},
	{"28", OtherProcon{"SE", "Sergipe", "Procon-SE"}},
	{"17", OtherProcon{"TO", "Tocantins", "Procon-TO"}},
}

// StateOf is the two letters of the state of a municipality; empty when the code has no known state.
func StateOf(municipality string) string {
	for _, s := range ibgeStates {
		if len(municipality) == 7 && municipality[:2] == s.digits {
			return s.UF
		}
	}
	return ""
}

// OtherStates are the Procons of all states but one.
func OtherStates(uf string) []OtherProcon {
	var out []OtherProcon
	for _, s := range ibgeStates {
		if s.UF != uf {
			out = append(out, s.OtherProcon)
		}
	}
	return out
}
