package devidp_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiche/internal/cpfcnpj"
	"guiche/internal/demo/devidp"
)

func TestThePeopleAreThoseOfTheDemonstration(t *testing.T) { // interface.md, "Demo people"
	want := map[string]string{
		"111.444.777-35": "Ana Ribeiro silver", "100.200.300-88": "Bruno Lopes gold", "200.300.400-94": "Carla Dias bronze", "300.400.500-09": "Diego Souza silver",
		"529.982.247-25": "Elisa Prates gold", "400.500.600-07": "Fábio Nunes gold", "390.533.447-05": "Gilda Teixeira gold", "500.600.700-13": "Heitor Farias gold",
		"123.456.789-09": "Inês Moraes gold", "600.700.800-20": "João Batista silver", "987.654.321-00": "Kátia Wolff gold",
	}
	got, seen := map[string]string{}, map[string]bool{}
	for _, p := range devidp.People() {
		if seen[p.CPF] || !cpfcnpj.ValidCPF(p.CPF) || p.CPF != cpfcnpj.NormalizeCPF(p.CPF) {
			t.Errorf("%s: CPF %s is repeated or wrong", p.Name, p.CPF)
		}
		seen[p.CPF] = true
		if p.Consented {
			got[cpfcnpj.FormatCPF(p.CPF)] = p.Name + " " + p.Level
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	for name, o := range map[string]devidp.Options{
		"no trailing slash":     {Issuer: "http://127.0.0.1/demo", Now: time.Now},
		"no host":               {Issuer: "/demo/", Now: time.Now},
		"no clock":              {Issuer: "http://127.0.0.1/demo/"},
		"not an address at all": {Issuer: "http://[::1/", Now: time.Now},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := devidp.New(o); err == nil {
				t.Error("no error")
			}
		})
	}
}
