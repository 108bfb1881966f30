package admin

// Pages are the templates of this face with their structs, for the test that checks one against the other.
func Pages() map[string]any {
	return map[string]any{"admin/start": startPage{}, "admin/text": textPage{}, "admin/texts": textsPage{}}
}
