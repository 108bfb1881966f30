// Package supplier is the face of who acts for a company: how a person asks to act for one, the terms of the direct
// channel, and the company's people.
package supplier
