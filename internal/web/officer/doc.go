// Package officer is the workbench: the queue of an agency, ordered by what runs out first, and the page on which one
// case is read and worked. Every act has a visible button and a key, and none loses the place in the
// queue: its address travels with every page as "fila".
package officer
