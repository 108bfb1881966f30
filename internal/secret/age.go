package secret

import "filippo.io/age"

// stanza is the kind of our line in the header of an age file: its key, sealed with the key of the ring that is named.
const stanza = "guiche.br/ring"

// Wrap implements age.Recipient: a file is for who has the newest key.
func (r *Ring) Wrap(fileKey []byte) ([]*age.Stanza, error) {
	newest := r.keys[0]
	body := newest.files.Seal(nil, nil, fileKey, []byte(stanza)) //nolint:gosec // no nonce is given, because it is random
	return []*age.Stanza{{Type: stanza, Args: []string{newest.id}, Body: body}}, nil
}

// Unwrap implements age.Identity: any key of the ring opens what is its own.
func (r *Ring) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	for _, s := range stanzas {
		if s.Type != stanza || len(s.Args) != 1 {
			continue
		}
		if k, known := r.find(s.Args[0]); known {
			return k.files.Open(nil, nil, s.Body, []byte(stanza))
		}
	}
	return nil, age.ErrIncorrectIdentity
}
