// Package supplier keeps the companies that consumers complain of, and finds them by what a consumer types.
//
// A company is found by its trade name, legal name, former names and aliases, by its CNPJ or the root of it. The
// search index is the table supplier_gram. For each word of each name that tells companies apart ("ltda" does not) it
// has the rows
//
//	=word     the word; its beginning is asked for by a range
//	!word     the same, for registered suppliers only, so that they are found first however many share the word
//	~wrd      the word with one letter left out, once for each letter: two words that differ by one mistake (a letter
//	          out, in, changed, or two swapped) share such a row
//
// and one row "=" with all words of the name run together. Search (search.go) asks for suppliers that have all words
// as typed; else with misspelt words corrected; else with some of the words. What the index proposes is ranked in Go
// (rank.go). Each step reads a bounded number of rows. This replaced plain trigrams, which at 50,000 suppliers read
// ten times as many rows for the same answers.
package supplier
