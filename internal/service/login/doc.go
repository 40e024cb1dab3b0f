// Package login is the login host: consent pages, the token endpoint, clients and scopes. On the other hosts it says
// whose request is whose, and what a token may do.
//
// What tokens stand for is known to a Keeper. Tokens is the one that remembers them.
package login
