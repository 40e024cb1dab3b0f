// Package graph judges the Graph of internal/graphtest by what others wrote: Microsoft's own description of it, TypeScript
// types, and clients of the real one. It is a module of its own, so that importers get none of it.
package graph
