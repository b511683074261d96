// Package arch holds the shape of the repository as tests: who may import what,
// what may stand where, how long a file may be, which words stay out.
//
// It owns no code of the program. The rules are tables in rules_test.go; to
// change the shape, change a row and say why.
package arch
