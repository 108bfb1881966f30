// Package secret keeps what must not be read from a stolen disk, database or backup: the key ring of an installation,
// values sealed with it, and keyed hashes by which a sealed value is still found.
//
// A sealed value is bound to its place, so that it does not open in another row. New values are sealed with the newest
// key; older keys open what they sealed. Whoever has the ring can try every CPF: it is as secret as the data, and
// without it the data are lost.
package secret
