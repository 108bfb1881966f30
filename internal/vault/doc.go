// Package vault knows what in the database must not be read without the key file, and with which keys it was sealed.
package vault
