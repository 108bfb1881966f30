package fault

import (
	"errors"
	"fmt"
	"testing"
)

func TestAWrappedFaultKeepsItsKindAndWords(t *testing.T) {
	cause := errors.New("row gone")
	err := fmt.Errorf("load: %w", Wrap(NotFound, "Não encontramos esse caso.", cause))
	if KindOf(err) != NotFound || !Is(err, NotFound) || Text(err) != "Não encontramos esse caso." || !errors.Is(err, cause) {
		t.Fatalf("got kind %v text %q", KindOf(err), Text(err))
	}
	if KindOf(cause) != Unknown || Text(cause) != "" || FieldsOf(cause) != nil || Is(nil, Unknown) {
		t.Fatal("an unclassified error must stay unknown and wordless")
	}
	if Wrap(Conflict, "x", nil) != nil {
		t.Fatal("wrapping nil must stay nil")
	}
}

func TestFieldsKeepTheFirstMessageOfAField(t *testing.T) {
	f := Fields{}
	if f.Err() != nil {
		t.Fatal("no fields, no error")
	}
	f.Add("relato", "Conte o que aconteceu.")
	f.Add("relato", "outra")
	f.Add("pedido", "Escolha.")
	err := f.Err()
	if FieldsOf(err)["relato"] != "Conte o que aconteceu." || !Is(err, Invalid) {
		t.Fatalf("got %v", err)
	}
	if err.Error() != "invalid: Confira os campos marcados.: pedido: Escolha.: relato: Conte o que aconteceu." {
		t.Fatalf("got %q", err)
	}
}
