// Package session keeps who is signed in, on the server. The browser holds only a random value; the table
// session holds its hash, so that a stolen database opens nothing.
//
// A session ends 30 minutes after its last use, 12 hours after sign-in, or when its owner or a sign-out ends it, and
// then at once. Visitors who have nothing to keep have no session, no cookie and cost no query.
//
// Values are strings and booleans. Requests of one session may run at once: each stores only what it changed, and a
// session that ended meanwhile is not brought back by a slower request.
package session
