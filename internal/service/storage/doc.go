// Package storage is the storage hosts: the bytes and pictures behind links that need no token, and upload sessions. The
// API host gives out its links.
package storage
