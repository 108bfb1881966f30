// Package manager is the face of who answers for an agency: how many cases stand where, the demand that the front door
// sent here and elsewhere, and, for the state's agency, the companies: requests, the master, mergers.
package manager
