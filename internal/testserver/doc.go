// Package testserver is what the in-memory Cove and the in-memory ConnectWise
// PSA have in common. It knows neither API: it listens, signs certificates,
// keeps the log of requests, breaks requests on purpose and runs the clock.
package testserver
