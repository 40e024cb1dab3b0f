// Package wire is how the service writes and reads, whatever a request is about: the text form of its JSON, bodies that
// are nearly JSON, parameters, ids, paths, errors. It knows neither hosts nor routes.
package wire
