package supplier

// Pages are the templates of this face with their structs, for the test that checks one against the other.
func Pages() map[string]any {
	return map[string]any{"supplier/terms": termsPage{}, "supplier/acceptance": acceptancePage{}, "supplier/choose": choosePage{}, "supplier/draft": draftPage{},
		"supplier/status": statusPage{}, "supplier/people": peoplePage{}, "supplier/leave": leavePage{}, "supplier/invitation": invitationPage{},
		"supplier/inbox": inboxPage{}, "supplier/case": casePage{}, "supplier/models": modelsPage{}, "supplier/code": codePage{}, "supplier/over": overPage{}}
}
