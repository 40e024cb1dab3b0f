// Package server is the service: it plays the API host, the login host and the storage hosts on one port, refuses who
// asks too often, and keeps the log of requests. The accounts are behind backend.Backend, the tokens behind login.Keeper.
//
// The packages of the protocol lean one way, each upon those before it:
//
//	backend   what keeps accounts and grants: interfaces, types, errors
//	wire      how the service writes and reads: JSON, bodies, parameters, ids, errors
//	login     signing in, clients, scopes, tokens; what a token may do
//	storage   links, content and upload sessions
//	api       the routes and objects of the API
//	server    all of these on one port
//
// What is written there follows recordings and documents of the service. Where those leave something open, the code does
// the plausible thing, and a comment says so.
package server
