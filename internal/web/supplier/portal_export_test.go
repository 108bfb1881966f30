package supplier

// CasePages are the templates of what the company's people do with cases, with their structs.
func CasePages() map[string]any {
	return map[string]any{"supplier/inbox": inboxPage{}, "supplier/case": casePage{}, "supplier/models": modelsPage{}}
}
