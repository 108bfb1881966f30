// Package manager is the face of who answers for an agency: how many cases stand where, and the demand that the front
// door sent here and elsewhere.
package manager
