package officer

// Pages are the templates of this face with their structs, for the tests that check one against the other.
func Pages() map[string]any {
	return map[string]any{"officer/queue": queuePage{}, "officer/case": &casePage{}, "officer/post": postPage{}, "officer/release": releasePage{}}
}
