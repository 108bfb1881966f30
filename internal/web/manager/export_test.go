package manager

// Pages are the templates of this face with their structs, for the test that checks one against the other.
func Pages() map[string]any {
	return map[string]any{"manager/overview": overviewPage{}, "manager/companies": companiesPage{}, "manager/request": requestPage{}, "manager/company": companyPage{},
		"manager/duplicates": duplicatesPage{}, "manager/merge": mergePage{}}
}
