// Package backup puts a whole installation into one file, and makes an installation of such a file again.
//
// The file is an age file for the installation's key ring around a tar: a manifest; the rows of every table as they stood at
// one moment, in pieces of gzip; each file that those rows name, as it is stored; and last, what all of it should add up
// to. The rows are text that both engines store, so a backup of one may be restored into the other. The key file is not
// inside: without it a backup says nothing, and with it nobody else can have written one.
//
// The program serves meanwhile. What is filed after that moment is for the next backup. A file deleted after it, together
// with its row, is noted as gone, and its row is not restored.
package backup
