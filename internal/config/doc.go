// Package config is what an installation is told from outside: one struct of settings, each a flag or the
// environment variable GUICHE_<FLAG> (the flag wins), checked before anything starts.
//
// A setting's name is a promise to scripts: add new ones beside the old. Secrets (passwords inside addresses) never
// leave this package through List.
package config
