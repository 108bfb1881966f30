// Package supplier is the face of who acts for a company: how a person asks to act for one, the terms of the direct
// channel, and the company's people. A person may act for several companies: "empresa" in an address or a form
// names the one in hand, and what the person does not act for does not exist.
package supplier
