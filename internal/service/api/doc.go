// Package api is the API host of the Live Connect REST API v5.0: its routes, and the objects that they read and write.
package api
