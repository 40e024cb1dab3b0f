// Package wire is how the service writes and reads, whatever a request is about: the text form of its JSON, bodies that
// are nearly JSON, parameters, ids, paths, errors. It knows neither hosts nor routes.
//
// The packages of the protocol lean one way: backend ← wire ← login ← storage ← api.
package wire
