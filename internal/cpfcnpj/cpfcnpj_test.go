package cpfcnpj

import "testing"

func TestValidCPF(t *testing.T) {
	for name, c := range map[string]struct {
		cpf  string
		want bool
	}{
		"Ana's number":                            {"111.444.777-35", true},
		"Bruno's number":                          {"100.200.300-88", true},
		"Carla's number":                          {"200.300.400-94", true},
		"Diego's number":                          {"300.400.500-09", true},
		"Elisa's number":                          {"529.982.247-25", true},
		"Fábio's number":                          {"400.500.600-07", true},
		"Gilda's number":                          {"390.533.447-05", true},
		"Heitor's number":                         {"500.600.700-13", true},
		"Inês's number":                           {"123.456.789-09", true},
		"João's number":                           {"600.700.800-20", true},
		"Kátia's number":                          {"987.654.321-00", true},
		"eleven digits without the mask":          {"11144477735", true},
		"spaces around, as pasted":                {" 111 444 777 35\n", true},
		"hyphen only, as gov.br writes it":        {"111444777-35", true},
		"last digit wrong":                        {"111.444.777-36", false},
		"first check digit wrong":                 {"111.444.777-45", false},
		"two digits swapped":                      {"114.144.777-35", false},
		"eleven equal digits":                     {"111.111.111-11", false},
		"eleven zeros":                            {"00000000000", false},
		"ten digits":                              {"1114447773", false},
		"twelve digits":                           {"111444777350", false},
		"empty":                                   {"", false},
		"a letter inside":                         {"1114447773A", false},
		"a letter beside eleven right digits":     {"x11144477735", false},
		"digits of another script":                {"١١١٤٤٤٧٧٧٣٥", false},
		"a byte that is not text, right length":   {"1114447773\xff", false},
		"a two-byte letter that makes up eleven":  {"111444777é", false},
		"markup":                                  {"<b>11144477735</b>", false},
		"a CNPJ":                                  {"11222333000181", false},
		"right digits, first check digit is zero": {"400.500.600-07", true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ValidCPF(c.cpf); got != c.want {
				t.Errorf("ValidCPF(%q) = %v", c.cpf, got)
			}
		})
	}
}

func TestValidCNPJ(t *testing.T) {
	for name, c := range map[string]struct {
		cnpj string
		want bool
	}{
		"registered supplier of the demo":              {"11.222.333/0001-81", true},
		"alphanumeric supplier of the demo":            {"12.ABC.345/01DE-35", true},
		"supplier without registration":                {"44.555.666/0001-81", true},
		"Banco do Brasil, a known public number":       {"00.000.000/0001-91", true},
		"small letters":                                {"12abc34501de35", true},
		"no mask, spaces around":                       {"  11222333000181 ", true},
		"made with A worth 10, which is wrong":         {"LBNXQOB5000163", false},
		"last digit wrong":                             {"12ABC34501DE36", false},
		"first check digit wrong":                      {"12ABC34501DE45", false},
		"a letter changed":                             {"12ABD34501DE35", false},
		"a letter as check digit":                      {"12ABC34501DE3A", false},
		"fourteen zeros":                               {"00000000000000", false},
		"fourteen equal digits":                        {"11111111111111", false},
		"thirteen characters":                          {"1122233300018", false},
		"fifteen characters":                           {"112223330001810", false},
		"empty":                                        {"", false},
		"dotless i, which upper case makes a plain I":  {"1ı222333000181", false},
		"punctuation between letters and digits":       {"12:BC34501DE35", false},
		"a byte that is not text":                      {"12AB\xff34501DE35", false},
		"a CPF":                                        {"11144477735", false},
		"a remainder that gives zero as check digit":   {"39.591.842/0000-10", true},
		"two check digits swapped":                     {"11.222.333/0001-18", false},
		"an accented letter, fourteen bytes in length": {"12ÁC34501DE35", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ValidCNPJ(c.cnpj); got != c.want {
				t.Errorf("ValidCNPJ(%q) = %v", c.cnpj, got)
			}
		})
	}
}

func TestForms(t *testing.T) {
	for name, c := range map[string]struct{ got, want string }{
		"CPF loses its mask":                        {NormalizeCPF(" 111.444.777-35 "), "11144477735"},
		"CPF keeps what is not mask":                {NormalizeCPF("111x"), "111x"},
		"CPF is shown with its mask":                {FormatCPF("11144477735"), "111.444.777-35"},
		"CPF shown twice stays the same":            {FormatCPF("111.444.777-35"), "111.444.777-35"},
		"CPF is masked for its owner":               {MaskCPF("111.444.777-35"), "***.444.777-**"},
		"half a CPF is masked wholly":               {MaskCPF("123"), ""},
		"no CPF shows no mask":                      {MaskCPF(""), ""},
		"half a CPF is shown as given":              {FormatCPF("111.444"), "111.444"},
		"eleven letters are shown as given":         {FormatCPF("abcdefghijk"), "abcdefghijk"},
		"CNPJ loses its mask":                       {NormalizeCNPJ("12.abc.345/01de-35"), "12ABC34501DE35"},
		"CNPJ is shown with its mask":               {FormatCNPJ("12abc34501de35"), "12.ABC.345/01DE-35"},
		"half a CNPJ is shown as given":             {FormatCNPJ("12.abc"), "12.abc"},
		"fourteen bytes that are not a CNPJ, shown": {FormatCNPJ("ééééééé"), "ééééééé"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.got != c.want {
				t.Errorf("got %q, want %q", c.got, c.want)
			}
		})
	}
}

// FuzzForms holds for anything strangers send: no panic, normal forms are stable,
// and showing a valid number never changes which number it is.
func FuzzForms(f *testing.F) {
	for _, s := range []string{"111.444.777-35", "12.ABC.345/01DE-35", "1ı222333000181", "\xff", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		cpf, cnpj := NormalizeCPF(s), NormalizeCNPJ(s)
		if NormalizeCPF(cpf) != cpf || NormalizeCNPJ(cnpj) != cnpj {
			t.Errorf("normalizing %q twice changes it", s)
		}
		if ValidCPF(s) && (len(cpf) != 11 || NormalizeCPF(FormatCPF(s)) != cpf) {
			t.Errorf("CPF %q became %q", s, FormatCPF(s))
		}
		if ValidCNPJ(s) && (len(cnpj) != 14 || NormalizeCNPJ(FormatCNPJ(s)) != cnpj) {
			t.Errorf("CNPJ %q became %q", s, FormatCNPJ(s))
		}
	})
}
