// Package clients runs Live Connect clients in Go that others wrote, unmodified, against liveconnectd; and livetest as
// a test of another project uses it. It is a module of its own, so that what the clients need reaches nobody.
package clients
